//! `recoup serve` where it cannot; the module above tests what it does.

use crate::shop::Shop;

#[test]
fn an_address_that_cannot_be_listened_on_is_reported_with_what_to_do() {
    let shop = Shop::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (listen, words) in [
        (address.as_str(), "is another server running there? End it, or use another port (--listen)"),
        ("0.0.0.0:0", "or allow a public address (--public)"),
        ("192.0.2.1:0", "other machines can reach"),
    ] {
        let run = shop.run(&["--json", "serve", "--listen", listen]);
        assert_eq!((run.code, run.error_code().as_str()), (1, "gateway"), "{run:?}");
        assert!(run.stderr.contains(words), "{run:?}");
    }
    let run = shop.run(&["--json", "serve", "--public", "--listen", "192.0.2.1:0"]);
    assert!(run.code == 1 && run.stderr.contains("this machine has no such address"), "{run:?}");
}
