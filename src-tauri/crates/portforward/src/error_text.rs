//! What the node wrote to an error stream, as a typed error.
//!
//! The texts are not an interface: they come from kubelet, containerd, CRI-O or socat and change between versions.
//! So only what they have agreed on for years is looked for, and anything else stays [`Error::Remote`].

use crate::Error;

/// The pod or its network is gone (containerd internal/cri/server/portforward; cri-o server/container_portforward;
/// kubelet server.go). Each entry lists parts that must all occur.
const POD_GONE: &[&[&str]] = &[
    &["failed to find sandbox"],
    &["network namespace for sandbox", "is closed"],
    &["podsandbox with id starting with", "not found"],
    &["sandbox", "is not running"],
    &["pod does not exist"],
    &["pod not found"],
    &["netns", "no such file or directory"],
];

/// Nothing accepts connections on the port. The last is Windows' text.
const NOT_LISTENING: &[&[&str]] = &[&["connection refused"], &["actively refused it"]];

/// The application ended its connection by a reset.
const RESET: &[&[&str]] = &[&["connection reset by peer"], &["broken pipe"]];

/// Classifies the text that came on the error stream of a flow to `port`. It is shown to people, on terminals too, so
/// control characters are left out, as of refusals.
pub(crate) fn classify(port: u16, text: &[u8]) -> Error {
    let text: String = String::from_utf8_lossy(text)
        .chars()
        .filter(|character| !character.is_control() || *character == '\n')
        .collect();
    let text = text.trim().to_owned();
    let lower = text.to_lowercase();
    let says =
        |patterns: &[&[&str]]| patterns.iter().any(|parts| parts.iter().all(|part| lower.contains(part)));
    if says(NOT_LISTENING) {
        Error::PortNotListening { port, text }
    } else if says(POD_GONE) {
        Error::PodGone { text }
    } else if says(RESET) {
        Error::RemoteReset
    } else {
        Error::Remote { port, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(error: &Error) -> &'static str {
        match error {
            Error::PortNotListening { port: 5999, .. } => "not listening",
            Error::PodGone { .. } => "gone",
            Error::Remote { port: 5999, .. } => "remote",
            Error::RemoteReset => "reset",
            _ => "other",
        }
    }

    #[test]
    fn known_texts() {
        let containerd = "error forwarding port 5999 to pod 7e1b, uid : failed to execute portforward in network namespace";
        for (text, expected) in [
            (
                format!("{containerd} \"/run/netns/cni-8\": failed to connect to localhost:5999 inside namespace \"7e1b\", IPv4: dial tcp4 127.0.0.1:5999: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found "),
                "not listening",
            ),
            (format!("{containerd} \"/run/netns/cni-8\": read tcp4 127.0.0.1:4->127.0.0.1:5005: read: connection reset by peer"), "reset"),
            (format!("{containerd} \"/run/netns/cni-8\": writeto tcp4 …: write: broken pipe"), "reset"),
            (format!("{containerd} \"/var/run/netns/cni-8\": failed to Statfs \"/var/run/netns/cni-8\": no such file or directory"), "gone"),
            ("error forwarding port 5999 to pod 7e1b, uid : failed to find sandbox \"7e1b\" in store: not found".into(), "gone"),
            ("error forwarding port 5999 to pod 7e1b, uid : network namespace for sandbox \"7e1b\" is closed".into(), "gone"),
            ("error forwarding port 5999 to pod 7e1b, uid : PodSandbox with ID starting with 7e1b not found: ID does not exist".into(), "gone"),
            ("error forwarding port 5999 to pod 7e1b, uid : sandbox 7e1b is not running".into(), "gone"),
            ("error forwarding port 5999 to pod 7e1b, uid : port forward into network namespace \"/var/run/netns/x\": failed to connect to localhost:5999 inside namespace 7e1b: dial tcp [::1]:5999: connect: connection refused".into(), "not listening"),
            ("error forwarding port 5999 to pod 7e1b, uid : exit status 1: 2019/01/01 00:00:00 socat[4] E connect(5, AF=2 127.0.0.1:5999, 16): Connection refused".into(), "not listening"),
            ("connectex: No connection could be made because the target machine actively refused it.".into(), "not listening"),
            ("error processing stream for request 3: stream already assigned".into(), "remote"),
            ("error forwarding port 5999 to pod 7e1b, uid : something new".into(), "remote"),
            ("error forwarding port 5999 to pod 7e1b: … dial tcp4 127.0.0.1:5999: i/o timeout".into(), "remote"),
        ] {
            assert_eq!(kind(&classify(5999, text.as_bytes())), expected, "{text}");
        }
    }

    #[test]
    fn bytes_that_are_no_text() {
        let Error::Remote { text, .. } = classify(1, b"\xff\xfe broken ") else { panic!() };
        assert_eq!(text, "\u{fffd}\u{fffd} broken");
    }

    /// They reached the terminal of whoever ran `culvert port-forward`.
    #[test]
    fn control_characters_are_left_out() {
        let Error::Remote { text, .. } = classify(1, b"\x1b]0;owned\x07 one\r\ntwo\x00 \x1b") else {
            panic!()
        };
        assert_eq!(text, "]0;owned one\ntwo");
    }
}
