//! A connection that may be idle for long between requests, but must send each head quickly.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A head is being received, or expected on a new connection.
const HEAD: u8 = 0;
/// A request is being answered; its body has a separate limit.
const REQUEST: u8 = 1;
/// The last request is answered, and no other has begun.
const IDLE: u8 = 2;

/// The phase of a connection, shared by clones.
#[derive(Clone, Debug)]
pub(super) struct Phase(Arc<AtomicU8>);

impl Phase {
    /// Of a new connection.
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicU8::new(HEAD)))
    }

    /// A complete head was received.
    pub(super) fn request_began(&self) {
        self.0.store(REQUEST, Ordering::Relaxed);
    }

    /// Its answer is ready.
    pub(super) fn request_ended(&self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }

    fn now(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }

    /// Data was received.
    fn came(&self) {
        // Unless a request has begun meanwhile.
        let _ = self.0.compare_exchange(IDLE, HEAD, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// Fails if the peer is silent for longer than its phase allows.
pub(super) struct InPhase<S> {
    stream: S,
    phase: Phase,
    head: Duration,
    idle: Duration,
    /// The phase of the running timer.
    timed: u8,
    time: Option<Pin<Box<Sleep>>>,
}

impl<S> InPhase<S> {
    pub(super) const fn new(stream: S, phase: Phase, head: Duration, idle: Duration) -> Self {
        Self { stream, phase, head, idle, timed: HEAD, time: None }
    }

    fn unless_too_late(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let limit = match self.timed {
            HEAD => self.head,
            IDLE => self.idle,
            _ => return Poll::Pending,
        };
        let time = self.time.get_or_insert_with(|| Box::pin(sleep(limit)));
        time.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for InPhase<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let phase = self.phase.now();
        if phase != self.timed {
            (self.timed, self.time) = (phase, None);
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_pending() {
            return self.unless_too_late(context);
        }
        if buffer.filled().len() > before {
            self.phase.came();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for InPhase<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
