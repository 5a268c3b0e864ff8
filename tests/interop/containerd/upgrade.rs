//! What containerd's streaming server itself does with an upgrade, before anything of ours is between.

use democluster::StreamingServer;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// A streaming URL takes one upgrade to SPDY, and no second one.
pub(super) async fn is_taken_once(server: &dyn StreamingServer) {
    let url = server.port_forward_url(&[]).await.expect("a streaming URL");
    let (_first, status, headers) = upgrade(&url).await;
    assert_eq!(status, "HTTP/1.1 101 Switching Protocols");
    assert!(headers.contains(&"Upgrade: SPDY/3.1".to_owned()), "{headers:?}");
    assert!(headers.contains(&"X-Stream-Protocol-Version: portforward.k8s.io".to_owned()), "{headers:?}");

    let (_second, status, _) = upgrade(&url).await;
    assert_eq!(status, "HTTP/1.1 404 Not Found");
}

/// Sends an upgrade request and returns the connection, the status line and the headers of the answer.
pub(super) async fn upgrade(url: &str) -> (BufReader<TcpStream>, String, Vec<String>) {
    let (address, path) =
        url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("an HTTP URL");
    let mut stream = BufReader::new(TcpStream::connect(address).await.expect("the streaming server listens"));
    let request = format!(
        "POST /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\
         X-Stream-Protocol-Version: portforward.k8s.io\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("the request is taken");
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.expect("an HTTP answer");
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        head.push(line.to_owned());
    }
    let status = head.remove(0);
    (stream, status, head)
}
