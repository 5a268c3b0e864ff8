//! What is sent on the streams of a link.

use bytes::Bytes;
use spdy::{ResetStatus, StreamId};

use super::super::forwarding::{End, Order};
use super::super::pairs::Complaint;
use super::Streams;

impl Streams {
    /// Sends what a pair ordered. A stream that the client has reset refuses it, which is as well.
    pub(in crate::portforward) fn obey(&mut self, order: Order<StreamId>) {
        let (pair, end, reading) = match order {
            Order::Data { stream, bytes } => {
                let _ = self.session.send(stream, bytes, false);
                return;
            }
            Order::End { pair, end, reading } => (pair, end, reading),
        };
        self.inbound.finish(pair.data, reading);
        self.halves.finish(pair);
        match end {
            End::Done => {
                self.finish(pair.data);
                self.finish(pair.error);
            }
            End::Failed { text, reset } => {
                self.finish(pair.data);
                self.say(pair.error, text);
                self.close(pair.error, reset);
                if reset {
                    // Its end has been sent, so this reset is not: but it frees the worker of late data.
                    self.inbound.remove(pair.data);
                }
            }
            End::NotStarted { text, reset } => {
                self.say(pair.error, text);
                self.close(pair.error, reset);
                self.close(pair.data, reset);
            }
            End::Reset => {
                self.close(pair.data, true);
                self.close(pair.error, true);
            }
        }
    }

    pub(super) fn complain(&mut self, complaint: Complaint) {
        match complaint {
            Complaint::Text { error, text } => self.say(error, text),
            Complaint::Reset { error } => self.close(error, true),
        }
    }

    fn say(&mut self, stream: StreamId, text: String) {
        let _ = self.session.send(stream, Bytes::from(text), false);
    }

    fn finish(&mut self, stream: StreamId) {
        let _ = self.session.send(stream, Bytes::new(), true);
    }

    fn close(&mut self, stream: StreamId, reset: bool) {
        if reset {
            self.session.reset(stream, ResetStatus::Cancel);
            self.inbound.remove(stream);
        } else {
            self.finish(stream);
        }
    }
}
