//! Unary gRPC calls over a Unix socket: one HTTP/2 POST each.
//!
//! <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>

use std::path::Path;

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::UnixStream;
use tokio::task::JoinSet;

use super::protobuf::Message;

/// A message's head: a byte that says whether it is compressed, and its length.
const HEAD: usize = 5;

/// A connection to a gRPC server. It lives in the runtime that opened it.
pub(super) struct Channel {
    sender: http2::SendRequest<Full<Bytes>>,
    /// Drives the connection, and ends it with the channel.
    _connection: JoinSet<()>,
}

impl Channel {
    pub(super) async fn connect(socket: &Path) -> Result<Self, String> {
        let stream = UnixStream::connect(socket)
            .await
            .map_err(|error| format!("cannot connect to {}: {error}", socket.display()))?;
        let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .map_err(|error| format!("no HTTP/2 at {}: {error}", socket.display()))?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // How the connection ends is of no interest: a call that still waits fails and says why.
            let _ = connection.await;
        });
        Ok(Self { sender, _connection: driver })
    }

    /// Calls `method` (`/package.Service/Method`) and returns the answer's message.
    pub(super) async fn call(&self, method: &str, message: &Message) -> Result<Bytes, String> {
        self.exchange(method, message).await.map_err(|error| format!("{method}: {error}"))
    }

    async fn exchange(&self, method: &str, message: &Message) -> Result<Bytes, String> {
        let message = message.as_bytes();
        let length = u32::try_from(message.len()).map_err(|error| error.to_string())?;
        let mut body = BytesMut::with_capacity(HEAD + message.len());
        body.put_u8(0);
        body.put_u32(length);
        body.put_slice(message);
        let request = Request::post(format!("http://localhost{method}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Full::new(body.freeze()))
            .map_err(|error| error.to_string())?;

        let response = self.sender.clone().send_request(request).await.map_err(|error| error.to_string())?;
        if response.status() != StatusCode::OK {
            return Err(format!("HTTP status {}", response.status()));
        }
        // A failed call has its status in the headers, any other one in the trailers.
        check_status(response.headers())?;
        let answer = response.into_body().collect().await.map_err(|error| error.to_string())?;
        check_status(answer.trailers().ok_or("an answer without a status")?)?;
        let mut answer = answer.to_bytes();
        if answer.len() < HEAD {
            return Err("an answer without a message".to_owned());
        }
        Ok(answer.split_off(HEAD))
    }
}

fn check_status(headers: &HeaderMap) -> Result<(), String> {
    match headers.get("grpc-status") {
        Some(status) if status != "0" => {
            let message = headers.get("grpc-message").map_or(&b""[..], |message| message.as_bytes());
            Err(format!("gRPC status {status:?}: {}", String::from_utf8_lossy(message)))
        }
        _ => Ok(()),
    }
}
