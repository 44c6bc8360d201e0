//! A body that is written while it is sent: by a thread that waits for the network, so that any size needs little memory.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::body::{Body, Bytes, Frame};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::problem::Problem;

/// Pieces on the way: with those in the writer and in the connection, less than a megabyte.
const PIECES: usize = 4;

/// The size of a piece, in bytes.
const PIECE: usize = 64 * 1024;

/// The longest that a body is written: a client that reads more slowly than any line would keep a thread.
const TIME_LIMIT: Duration = Duration::from_secs(600);

/// The end that is sent.
pub(crate) struct Streamed {
    first: Option<Bytes>,
    rest: Receiver<Result<Bytes, Problem>>,
}

/// The end that is written. It waits while the network is slow, and fails once the client has disconnected.
pub(crate) struct Pipe {
    pieces: Sender<Result<Bytes, Problem>>,
    buffer: Vec<u8>,
    began: Instant,
    is_ended: bool,
}

/// Both ends.
pub(crate) fn pipe() -> (Pipe, Streamed) {
    let (pieces, rest) = channel(PIECES);
    let buffer = Vec::with_capacity(PIECE);
    (Pipe { pieces, buffer, began: Instant::now(), is_ended: false }, Streamed { first: None, rest })
}

impl Pipe {
    /// The body is whole.
    ///
    /// # Errors
    /// If the client has disconnected.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.send()?;
        self.is_ended = true;
        Ok(())
    }

    /// The body ends without being whole.
    pub(crate) fn fail(mut self, problem: Problem) {
        self.is_ended = true;
        // Whoever waits for it may have disconnected.
        drop(self.pieces.blocking_send(Err(problem)));
    }

    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        if self.began.elapsed() > TIME_LIMIT {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE)));
        self.pieces.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Drop for Pipe {
    /// A writer that panicked leaves no body that looks whole.
    fn drop(&mut self) {
        if !self.is_ended {
            drop(self.pieces.blocking_send(Err(Problem::internal())));
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

impl Streamed {
    /// Waits for the first piece: what fails before it is answered as a problem, and not as a body that ends early.
    ///
    /// # Errors
    /// What the writer failed with.
    pub(crate) async fn begun(mut self) -> Result<Self, Problem> {
        self.first = self.rest.recv().await.transpose()?;
        Ok(self)
    }
}

impl Body for Streamed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        // The connection is then cut, so that the client sees that the body is not whole.
        let cut = |problem: Problem| io::Error::other(problem.detail);
        self.rest.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data).map_err(cut)))
    }
}
