//! A store's API on this machine: the store's data, and a server that answers from it.

use std::sync::{Arc, Mutex};

use recoup::transport::Url;

use crate::http_server::{HttpServer, Received, Reply};

/// A store's data, and how it answers.
pub trait Answering: Send + 'static {
    fn reply(&mut self, request: &Received) -> Reply;
}

/// A running one. Its connections end with it.
pub struct Emulator<S> {
    pub server: HttpServer,
    pub state: Arc<Mutex<S>>,
}

impl<S: Answering> Emulator<S> {
    pub fn run(state: S) -> Self {
        let state = Arc::new(Mutex::new(state));
        let sharing = Arc::clone(&state);
        let server = HttpServer::start(move |_, request| sharing.lock().unwrap().reply(request));
        Self { server, state }
    }

    pub fn url(&self) -> Url {
        self.server.url()
    }

    pub fn received(&self) -> Vec<Received> {
        self.server.received()
    }

    pub fn with<T>(&self, act: impl FnOnce(&mut S) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }
}
