//! The gateway behind its handle: faults of the engine, and which of the two ends first.

use super::*;
use crate::ffi::gateway::*;

fn listen(engine: *const recoup_engine, address: &str) -> Result<*mut recoup_gateway, (i32, String)> {
    let ((data, len), (mut gateway, mut error)) = (parts(address), (null_mut(), null_mut()));
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status = unsafe { recoup_listen(engine, data, len, null(), 0, &raw mut gateway, &raw mut error) };
    if status == RECOUP_STATUS_OK {
        return Ok(gateway);
    }
    assert!(gateway.is_null(), "a gateway beside a failure");
    Err((status, take_code(error)))
}

#[cfg(not(feature = "gateway"))]
#[test]
fn without_the_feature_the_call_names_it() {
    let server = Server::new();
    let unsupported = (RECOUP_STATUS_UNSUPPORTED, "no_gateway".to_owned());
    assert_eq!(listen(server.engine, "127.0.0.1:0").unwrap_err(), unsupported);
}

#[cfg(feature = "gateway")]
mod running {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    struct Listening(*mut recoup_gateway);

    impl Listening {
        fn address(&self) -> String {
            let mut text = null_mut();
            // SAFETY: a live gateway, and room for a pointer.
            unsafe {
                assert_eq!(recoup_gateway_address(self.0, &raw mut text, null_mut()), RECOUP_STATUS_OK);
                let address = read(recoup_text_view(text));
                recoup_text_free(text);
                address
            }
        }

        /// The status that a store is answered.
        fn post(&self) -> String {
            let mut stream = TcpStream::connect(self.address()).unwrap();
            let request =
                "POST /v1/app-store HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer.split(' ').nth(1).unwrap().to_owned()
        }
    }

    impl Drop for Listening {
        fn drop(&mut self) {
            // SAFETY: made by `listen`, freed here only.
            unsafe { recoup_gateway_free(self.0) };
        }
    }

    #[test]
    fn it_answers_until_the_engine_is_closed_and_then_503() {
        let server = Server::new();
        let gateway = Listening(listen(server.engine, "127.0.0.1:0").unwrap());
        assert_ne!(gateway.post(), "503");
        // SAFETY: a live engine.
        assert_eq!(unsafe { recoup_engine_close(server.engine, null_mut()) }, RECOUP_STATUS_OK);
        let closed = (RECOUP_STATUS_CLOSED, "closed".to_owned());
        assert_eq!(listen(server.engine, "127.0.0.1:0").unwrap_err(), closed);
        assert_eq!(gateway.post(), "503");
        drop(server);
        assert_eq!(gateway.post(), "503");
    }

    #[test]
    fn a_poisoned_engine_is_answered_503() {
        let server = Server::new();
        let gateway = Listening(listen(server.engine, "127.0.0.1:0").unwrap());
        failpoint::arm();
        assert_eq!(server.block("ann"), RECOUP_STATUS_PANIC);
        assert_eq!(gateway.post(), "503");
        let poisoned = (RECOUP_STATUS_POISONED, "poisoned".to_owned());
        assert_eq!(listen(server.engine, "127.0.0.1:0").unwrap_err(), poisoned);
    }

    #[test]
    fn the_engine_may_be_freed_first_and_its_ledger_opened_again() {
        let mut server = Server::new();
        let gateway = Listening(listen(server.engine, "127.0.0.1:0").unwrap());
        // SAFETY: a live engine, freed once.
        unsafe { recoup_engine_free(server.engine) };
        server.engine = open(&server.folder).unwrap();
        assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
        assert_eq!(gateway.post(), "503", "its own engine is not the new one");
        drop(gateway);
        assert!(server.is_blocked("ann"));
    }

    #[test]
    fn an_invalid_or_used_address_is_refused() {
        let server = Server::new();
        for (address, expected) in [
            ("", (RECOUP_STATUS_INVALID_ARGUMENT, "bad_address")),
            ("localhost:80", (RECOUP_STATUS_INVALID_ARGUMENT, "bad_address")),
            ("0.0.0.0:0", (RECOUP_STATUS_INVALID_ARGUMENT, "public_address")),
        ] {
            let (status, code) = listen(server.engine, address).unwrap_err();
            assert_eq!((status, code.as_str()), expected, "{address}");
        }
        let gateway = Listening(listen(server.engine, "127.0.0.1:0").unwrap());
        let (status, code) = listen(server.engine, &gateway.address()).unwrap_err();
        assert_eq!((status, code.as_str()), (RECOUP_STATUS_LISTEN, "cannot_listen"));
    }

    #[test]
    fn a_gateway_of_the_parent_process_is_not_touched() {
        let server = Server::new();
        let gateway = listen(server.engine, "127.0.0.1:0").unwrap();
        let (mut text, mut error) = (null_mut(), null_mut());
        // SAFETY: a live gateway that nothing else uses, freed once.
        unsafe {
            (*gateway).pretend_forked();
            let status = recoup_gateway_address(gateway, &raw mut text, &raw mut error);
            assert_eq!((status, take_code(error).as_str()), (RECOUP_STATUS_FORKED, "forked"));
            recoup_gateway_free(gateway);
        }
    }
}
