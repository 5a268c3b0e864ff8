//! Tokens from a file that others renew, such as a projected service account token.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures::future::BoxFuture;
use http::{HeaderValue, Request, header::AUTHORIZATION};
use kube::client::Body;
use secrecy::zeroize::Zeroizing;
use tokio::{sync::Mutex, time::Instant};
use tower::{
    BoxError,
    filter::{AsyncFilterLayer, AsyncPredicate},
};
use wording::{Text, text};

/// How long a token that was read is used (client-go `NewCachedFileTokenSource`: one minute less ten seconds).
const FRESH: Duration = Duration::from_secs(50);

/// A token file. Unlike kube's own, takes a file that ends in a newline, as client-go does.
#[derive(Clone)]
pub(crate) struct TokenFile {
    path: PathBuf,
    cached: Arc<Mutex<(Instant, HeaderValue)>>,
}

impl TokenFile {
    /// Reads the file for the first time. Blocks.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub(crate) fn open(path: PathBuf) -> Result<Self, Text> {
        let text = std::fs::read_to_string(&path);
        let header = header(&path, text)?;
        Ok(Self { path, cached: Arc::new(Mutex::new((Instant::now(), header))) })
    }

    /// Adds the header `Authorization` to each request.
    pub(crate) fn layer(&self) -> AsyncFilterLayer<Self> {
        AsyncFilterLayer::new(self.clone())
    }

    async fn current(&self) -> HeaderValue {
        let mut cached = self.cached.lock().await;
        if cached.0.elapsed() >= FRESH {
            // A file that cannot be read any more leaves the last token in use, as in client-go.
            let text = tokio::fs::read_to_string(&self.path).await;
            match header(&self.path, text) {
                Ok(header) => cached.1 = header,
                Err(reason) => tracing::warn!(%reason, "the last token stays in use"),
            }
            cached.0 = Instant::now();
        }
        cached.1.clone()
    }
}

impl AsyncPredicate<Request<Body>> for TokenFile {
    type Future = BoxFuture<'static, Result<Request<Body>, BoxError>>;
    type Request = Request<Body>;

    fn check(&mut self, mut request: Request<Body>) -> Self::Future {
        let file = self.clone();
        Box::pin(async move {
            request.headers_mut().insert(AUTHORIZATION, file.current().await);
            Ok(request)
        })
    }
}

fn header(path: &Path, text: io::Result<String>) -> Result<HeaderValue, Text> {
    let path = path.display();
    let text = text.map(Zeroizing::new).map_err(|error| {
        text!(
            "the token file {path} cannot be read: {error}",
            "die Tokendatei {path} ist nicht lesbar: {error}"
        )
    })?;
    let token = text.trim();
    if token.is_empty() {
        return Err(text!("the token file {path} is empty", "die Tokendatei {path} ist leer"));
    }
    let text = Zeroizing::new(format!("Bearer {token}"));
    let mut header = HeaderValue::from_str(&text).map_err(|_| {
        text!(
            "the token file {path} holds characters that cannot be sent",
            "die Tokendatei {path} enthält Zeichen, die sich nicht senden lassen"
        )
    })?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_renewed_token_is_seen_and_a_lost_file_forgiven() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        std::fs::write(&path, "one\n").unwrap();
        let file = TokenFile::open(path.clone()).unwrap();
        assert_eq!(file.current().await, "Bearer one");
        std::fs::write(&path, "two").unwrap();
        assert_eq!(file.current().await, "Bearer one");
        tokio::time::advance(FRESH).await;
        assert_eq!(file.current().await, "Bearer two");
        std::fs::remove_file(&path).unwrap();
        tokio::time::advance(FRESH).await;
        assert_eq!(file.current().await, "Bearer two");
        assert!(!format!("{:?}", file.current().await).contains("two"));
    }

    #[test]
    fn a_useless_file_says_so_without_its_content() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        for content in [" \n", "se\u{7}cret"] {
            std::fs::write(&path, content).unwrap();
            let Err(reason) = TokenFile::open(path.clone()) else { panic!("accepted") };
            assert!(!reason.contains("cret"), "{reason}");
        }
        assert!(TokenFile::open(directory.path().join("absent")).is_err());
    }
}
