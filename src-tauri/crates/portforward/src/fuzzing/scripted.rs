//! A connection whose far end has sent all it will ever send.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::input::pieces;

/// Never waits for reading: pieces come one by one, then the end.
pub(super) struct Scripted<'a> {
    pieces: Box<dyn Iterator<Item = &'a [u8]> + 'a>,
    piece: &'a [u8],
    written: Written,
}

/// What was written, and whether more is taken.
#[derive(Clone)]
pub(super) struct Written(Rc<RefCell<(Vec<u8>, bool)>>);

impl Written {
    pub(super) fn take_all_from_now_on(&self) {
        self.0.borrow_mut().1 = true;
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.0.borrow().0.clone()
    }
}

impl<'a> Scripted<'a> {
    /// `sizes` are those of the pieces in which `wire` comes; `takes` says whether what is written is taken.
    pub(super) fn new(wire: &'a [u8], sizes: &'a [u8], takes: bool) -> (Self, Written) {
        let written = Written(Rc::new(RefCell::new((Vec::new(), takes))));
        let pieces = Box::new(pieces(wire, sizes));
        (Self { pieces, piece: &[], written: written.clone() }, written)
    }
}

impl AsyncRead for Scripted<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.piece.is_empty() {
            self.piece = self.pieces.next().unwrap_or(&[]);
        }
        let (now, later) = self.piece.split_at(self.piece.len().min(buffer.remaining()));
        buffer.put_slice(now);
        self.piece = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Scripted<'_> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let (written, takes) = &mut *self.written.0.borrow_mut();
        if !*takes {
            return Poll::Pending;
        }
        written.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
