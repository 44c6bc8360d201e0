//! What is refused at the door, by size, by form and by time.

use socket2::{Domain, Socket, Type};

use super::*;

#[test]
fn a_refused_request_is_counted_by_reason_and_the_count_holds_no_secret() {
    let secret = Secret::new("0123456789abcdef");
    let game = Game::with(GatewayOptions::new().path_secret(&secret).unwrap());
    let right = "/v1/0123456789abcdef/app-store";
    let mut encoded = game.refund("1", "n1");
    encoded.headers.push(("Content-Encoding".to_owned(), "gzip".to_owned()));
    let large = StoreRequest { headers: Vec::new(), body: vec![b' '; MAX_BODY + 1] };
    for (path, request, status, reason) in [
        ("/v1/0123456789abcdeX/app-store", StoreRequest::default(), 404, "wrong_path_secret"),
        ("/v1/app-store", StoreRequest::default(), 404, "wrong_path_secret"),
        ("/hooks/0123456789abcdef/app-store", StoreRequest::default(), 404, "not_found"),
        ("/v1/0123456789abcdef/app-stores", StoreRequest::default(), 404, "not_found"),
        (right, encoded, 415, "encoded_body"),
        (right, large, 413, "too_large"),
    ] {
        let answer = ask(game.address, post(path, &request));
        assert_eq!(answer.status, status, "{path}");
        let metrics = get(game.address, "/metrics").body;
        assert!(metrics.contains(&format!("reason=\"{reason}\"")), "{reason} is not in {metrics}");
    }
    assert_eq!(ask(game.address, "\u{16}\u{3}\u{1} this is TLS\r\n\r\n").status, 400);
    // It is counted once the connection has ended, which is after its answer.
    while !get(game.address, "/metrics").body.contains("reason=\"bad_head\"") {
        std::thread::yield_now();
    }
    game.engine.close().unwrap();
    let report = game.engine.doctor(&DoctorOptions::new(), |_| {});
    let found = report.findings.iter().find(|finding| finding.code == "http_refusals").unwrap();
    assert!(found.facts.contains("bad_head"), "{found:?}");
    let ledger = AnotherProgram::opens(&game.folder.path().join("ledger.db"));
    let rows = ledger.rows("SELECT store || code || message FROM refusals").concat().concat();
    assert!(rows.contains("wrong_path_secret") && !rows.contains("0123456789"), "{rows}");
}

/// The largest body that any store's verifier takes.
const MAX_BODY: usize = 1024 * 1024;

#[test]
fn a_body_beyond_every_stores_limit_is_413_and_not_kept() {
    let game = Game::selling_everywhere();
    for store in Store::ALL {
        let largest = vec![b' '; MAX_BODY + 1];
        let outcome = game.engine.ingest(store, &Request::of_body(&largest)).unwrap();
        let OutcomeKind::Rejected(Rejection::TooLarge { limit, .. }) = outcome.what else {
            panic!("{store} takes more than the gateway: {outcome:?}");
        };
        assert!(limit <= MAX_BODY);
        let path = format!("/v1/{store}");
        let sized = |size| StoreRequest { headers: Vec::new(), body: vec![b' '; size] };
        assert_ne!(ask(game.address, post(&path, &sized(limit))).status, 413, "{store}");
        let answer = ask(game.address, post(&path, &sized(MAX_BODY + 1)));
        assert_eq!((answer.status, &answer.json()["code"]), (413, &"too_large".into()));
    }
    let mut chunked =
        b"POST /v1/app-store HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..17 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend_from_slice(&[b' '; 0x10000]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(ask(game.address, chunked).status, 413);
    assert_eq!(game.metric("recoup_requests_total{store=\"app-store\",status=\"413\"}"), 2);
}

#[test]
fn a_head_beyond_its_limits_is_refused() {
    let game = Game::new();
    let many: String = (0..65).map(|n| format!("X-{n}: 1\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "x".repeat(40_000));
    for fields in [many, long] {
        let answer = ask(game.address, format!("POST /v1/app-store HTTP/1.1\r\n{fields}\r\n"));
        assert_eq!(answer.status, 431, "{answer:?}");
    }
    let endless = format!("POST /v1/app-store HTTP/1.1\r\nX-Long: {}", "x".repeat(4 << 20));
    let answer = Connection::to(game.address).try_ask(endless);
    assert!(answer.as_ref().is_none_or(|answer| answer.status == 431), "{answer:?}");
    let mut fine = game.refund("1", "n1");
    fine.headers.extend((0..40).map(|n| (format!("X-{n}"), "x".repeat(100))));
    assert_eq!(ask(game.address, post("/v1/app-store", &fine)).status, 200);
    assert_eq!(ask(game.address, "\u{16}\u{3}\u{1} this is TLS\r\n\r\n").status, 400);
}

#[test]
fn a_client_that_sends_too_slowly_is_disconnected_and_keeps_no_other_waiting() {
    let game = Game::with(GatewayOptions::new().connections(1).head_timeout(IMPATIENCE));
    for beginning in ["", "POST /v1/app-store HTTP/1.1\r\n", "POST /v1/app-store HTTP/1.1\r\nX: 1\r\nY"] {
        let mut slow = Connection::to(game.address);
        slow.say(beginning);
        // The only place is taken until the slow one's time is up.
        assert_eq!(ask(game.address, post("/v1/app-store", &game.refund("1", "n1"))).status, 200);
        assert!(slow.is_closed());
    }
    // One field after the other is no way to hold on either.
    let mut drip = TcpStream::connect(game.address).unwrap();
    drip.write_all(b"POST /v1/app-store HTTP/1.1\r\n").unwrap();
    let dripping = std::thread::spawn(move || {
        while drip.write_all(b"X: 1\r\n").is_ok() {
            std::thread::park_timeout(Duration::from_millis(20));
        }
    });
    assert_eq!(ask(game.address, post("/v1/app-store", &game.refund("1", "n1"))).status, 200);
    dripping.join().unwrap();
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let game = Game::with(GatewayOptions::new().request_timeout(IMPATIENCE));
    let mut slow = Connection::to(game.address);
    slow.say("POST /v1/app-store HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
    assert_eq!(slow.answer().unwrap().status, 503);
    assert!(slow.is_closed());
    let patient = Game::new();
    let mut broken = Connection::to(patient.address);
    broken.say("POST /v1/app-store HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    assert_eq!(broken.answer().unwrap().status, 400);
}

/// Sends requests and reads no answer, until no more is accepted.
fn never_reads(address: SocketAddr, request: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    // Or megabytes of answers would have to be made first.
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&address.into()).unwrap();
    let mut stream = TcpStream::from(socket);
    stream.set_write_timeout(Some(IMPATIENCE)).unwrap();
    let many = request.repeat(64 * 1024 / request.len());
    while stream.write_all(many.as_bytes()).is_ok() {}
    stream
}

#[test]
fn a_client_that_never_reads_the_answers_is_disconnected_and_keeps_no_other_waiting() {
    let game = Game::with(GatewayOptions::new().connections(1).request_timeout(IMPATIENCE));
    for request in [
        "GET / HTTP/1.1\r\n\r\n",
        "HEAD /healthz HTTP/1.1\r\n\r\n",
        "GET /v1/app-store HTTP/1.1\r\n\r\n",
        "GET /metrics HTTP/1.1\r\n\r\n",
    ] {
        let _deaf = never_reads(game.address, request);
        // The only place is free again, though the other client has not closed. A busy machine may exceed the short
        // time limit.
        let mut tries = (0..20)
            .filter_map(|_| Connection::try_to(game.address)?.try_ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
        assert_eq!(tries.next().unwrap().status, 404);
    }
}

#[test]
fn a_body_in_a_content_coding_is_refused_as_such() {
    let game = Game::new();
    for field in
        ["Content-Encoding: gzip", "content-encoding: identity, br", "Transfer-Encoding: gzip, chunked"]
    {
        let head = format!("POST /v1/google-play HTTP/1.1\r\nHost: h\r\n{field}\r\n");
        let rest = if field.starts_with("Transfer") {
            "\r\n1\r\nx\r\n0\r\n\r\n"
        } else {
            "Content-Length: 1\r\n\r\nx"
        };
        let answer = ask(game.address, head + rest);
        assert_eq!((answer.status, &answer.json()["code"]), (415, &"encoded_body".into()), "{field}");
        assert_eq!(answer.header("Accept-Encoding"), Some("identity"));
    }
    let mut plain = game.void("GPA.1", "m1");
    plain.headers.push(("Content-Encoding".to_owned(), "identity".to_owned()));
    assert_eq!(ask(game.address, post("/v1/google-play", &plain)).status, 200);
}

#[test]
fn a_request_with_two_lengths_ends_the_connection() {
    let game = Game::new();
    // RFC 9112 §6.1 and §6.3: what comes after could be taken for another request by one side only.
    for fields in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Content-Length: 3\r\nContent-Length: 4",
        "Content-Length: +3",
        "Content-Length: 3, 3",
        "Transfer-Encoding: chunked, identity",
    ] {
        let mut connection = Connection::to(game.address);
        connection.say(format!(
            "POST /v1/app-store HTTP/1.1\r\n{fields}\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n"
        ));
        assert_eq!(connection.answer().unwrap().status, 400, "{fields}");
        assert!(connection.is_closed(), "{fields}");
    }
    let folded = "POST /v1/app-store HTTP/1.1\r\nX: 1\r\n 2\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(ask(game.address, folded).status, 400);
}
