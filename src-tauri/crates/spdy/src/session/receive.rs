//! What received frames do to a session.

use bytes::Bytes;

use super::event::Event;
use super::stream::Stream;
use super::{Session, StreamId};
use crate::error::{Error, Initiator, Scope};
use crate::frame::{
    ControlKind, Data, Frame, FrameKind, GoAway, HeadersFrame, Ping, RstStream, SynReply, SynStream,
};
use crate::headers::HeaderFault;
use crate::id::PingId;
use crate::status::{GoAwayStatus, ResetStatus};

impl Session {
    /// Takes received bytes, split in any way. DATA is passed on as it comes, as slices of `input`. Pings of
    /// the peer are answered, and frames for streams that are not open ignored, for resets cross with data.
    ///
    /// # Errors
    /// The connection is unusable, now and ever after. Events from before the error can still be polled, and
    /// a GOAWAY for the peer is queued.
    pub fn receive(&mut self, mut input: Bytes) -> Result<(), Error> {
        self.check_usable()?;
        let result = self.receive_frames(&mut input);
        if let Err(error) = &result {
            self.put_go_away(GoAwayStatus::ProtocolError);
            self.failure = Some(error.clone());
        }
        result
    }

    fn receive_frames(&mut self, input: &mut Bytes) -> Result<(), Error> {
        loop {
            let continues = self.decoder.is_inside_data();
            let Some(frame) = self.decoder.decode(input)? else { return Ok(()) };
            if let Err(error) = self.receive_frame(frame, continues) {
                match error.scope() {
                    Scope::Connection => return Err(error),
                    Scope::Stream(stream) => self.fail_stream(stream, error)?,
                }
            }
        }
    }

    fn receive_frame(&mut self, frame: Frame, continues: bool) -> Result<(), Error> {
        match frame {
            Frame::Data(frame) => self.receive_data(frame, continues),
            Frame::SynStream(frame) => self.receive_syn_stream(frame),
            Frame::SynReply(frame) => self.receive_syn_reply(frame),
            Frame::Headers(frame) => self.receive_headers(frame),
            Frame::RstStream(RstStream { stream, status }) => {
                if self.streams.remove(stream) {
                    self.push(Event::Reset { stream, status })
                } else {
                    self.ignore()
                }
            }
            Frame::Ping(Ping { id }) => self.receive_ping(id),
            Frame::GoAway(GoAway { last, status }) => {
                self.going_away.get_or_insert(Initiator::Remote);
                self.push(Event::GoAway { last, status })
            }
            Frame::Settings(settings) => self.push(Event::Settings { settings }),
            Frame::WindowUpdate(frame) => {
                self.push(Event::WindowUpdate { stream: frame.stream, delta: frame.delta })
            }
        }
    }

    fn receive_data(&mut self, frame: Data, continues: bool) -> Result<(), Error> {
        let Data { stream, data, end } = frame;
        let Some(state) = self.streams.get_mut(stream) else {
            // A frame that comes in parts counts once.
            self.ignored += u64::from(!continues);
            return Ok(());
        };
        if !state.receiving {
            return Err(Error::FrameAfterEnd { stream, kind: FrameKind::Data });
        }
        if data.is_empty() && !end {
            return Ok(());
        }
        self.end_receiving(stream, end);
        self.push(Event::Data { stream, data, end })
    }

    fn receive_syn_stream(&mut self, frame: SynStream) -> Result<(), Error> {
        let SynStream { stream, end, unidirectional, block, .. } = frame;
        // Even a block nobody wants has to be unpacked: those after it depend on it.
        let headers = self.decompressor.decompress(&block)?;
        if self.sent_go_away {
            return self.ignore();
        }
        if self.streams.contains(stream) {
            return Err(Error::DuplicateStream { stream });
        }
        // Parity is not checked: moby/spdystream does not either.
        if let Some(last) = self.last_remote.filter(|last| stream <= *last) {
            return Err(Error::StreamIdDecreased { stream, last });
        }
        self.last_remote = Some(stream);
        let limit = self.limits.remote_streams;
        if self.streams.opened_by(Initiator::Remote) >= limit {
            return Err(Error::StreamRefused { stream, limit });
        }
        let headers = headers.map_err(|fault| invalid(stream, fault))?;
        self.streams.insert(stream, Stream::remote(end, unidirectional));
        self.push(Event::Opened { stream, headers, end })
    }

    fn receive_syn_reply(&mut self, frame: SynReply) -> Result<(), Error> {
        let SynReply { stream, end, block } = frame;
        let headers = self.decompressor.decompress(&block)?;
        let Some(state) = self.streams.get_mut(stream) else { return self.ignore() };
        if state.initiator == Initiator::Remote || state.replied {
            return Err(Error::UnexpectedReply { stream });
        }
        if !state.receiving {
            return Err(Error::FrameAfterEnd { stream, kind: ControlKind::SynReply.into() });
        }
        state.replied = true;
        let headers = headers.map_err(|fault| invalid(stream, fault))?;
        self.end_receiving(stream, end);
        self.push(Event::Replied { stream, headers, end })
    }

    fn receive_headers(&mut self, frame: HeadersFrame) -> Result<(), Error> {
        let HeadersFrame { stream, end, block } = frame;
        let headers = self.decompressor.decompress(&block)?;
        let Some(state) = self.streams.get_mut(stream) else { return self.ignore() };
        if !state.receiving {
            return Err(Error::FrameAfterEnd { stream, kind: ControlKind::Headers.into() });
        }
        let headers = headers.map_err(|fault| invalid(stream, fault))?;
        self.end_receiving(stream, end);
        self.push(Event::Headers { stream, headers, end })
    }

    fn receive_ping(&mut self, id: PingId) -> Result<(), Error> {
        if !self.pings.owns(id) {
            self.answer(|session| {
                session.echoes += 1;
                session.put_ping(id);
            })
        } else if self.pings.finish(id) {
            self.push(Event::Pong { id })
        } else {
            self.ignore()
        }
    }

    /// Resets a stream the peer broke a rule on.
    fn fail_stream(&mut self, stream: StreamId, error: Error) -> Result<(), Error> {
        self.answer(|session| session.put_reset(stream, error.reset_status()))?;
        // A stream that was refused at once is news to nobody.
        if self.streams.remove(stream) { self.push(Event::Failed { stream, error }) } else { Ok(()) }
    }

    fn end_receiving(&mut self, stream: StreamId, end: bool) {
        if end && let Some(state) = self.streams.get_mut(stream) {
            state.receiving = false;
            self.streams.sweep(stream);
        }
    }

    fn push(&mut self, event: Event) -> Result<(), Error> {
        let limit = self.limits.queued_headers;
        self.queued_headers += event.header_bytes();
        self.events.push_back(event);
        if self.queued_headers > limit { Err(Error::TooManyQueuedHeaders { limit }) } else { Ok(()) }
    }

    fn ignore(&mut self) -> Result<(), Error> {
        self.ignored += 1;
        Ok(())
    }

    /// Queues an answer, unless the peer has left too many unread.
    fn answer(&mut self, put: impl FnOnce(&mut Self)) -> Result<(), Error> {
        let limit = self.limits.queued_answers;
        if self.output.answers() >= limit {
            return Err(Error::TooManyQueuedAnswers { limit });
        }
        put(self);
        self.output.mark_answer();
        Ok(())
    }

    pub(super) fn put_reset(&mut self, stream: StreamId, status: ResetStatus) {
        self.output.put_small(|out| RstStream { stream, status }.encode(out));
    }

    pub(super) fn put_ping(&mut self, id: PingId) {
        self.output.put_small(|out| Ping { id }.encode(out));
    }

    pub(super) fn put_go_away(&mut self, status: GoAwayStatus) {
        let last = self.last_remote;
        self.output.put_small(|out| GoAway { last, status }.encode(out));
    }
}

fn invalid(stream: StreamId, fault: HeaderFault) -> Error {
    Error::InvalidHeader { stream, fault, initiator: Initiator::Remote }
}
