use crate::{Error, Scope, error_text::classify};

/// What a node wrote: always an error of that flow alone, with the text as it came but for control characters; its
/// meaning depends neither on capitals nor on the space around it, and words of other kinds behind it do not change it.
pub fn check(input: &[u8]) {
    const PORT: u16 = 5000;
    let error = classify(PORT, input);
    assert_eq!(error.scope(), Scope::Flow);
    // Shown to a person.
    assert!(!error.to_string().is_empty());
    let kind = std::mem::discriminant(&error);

    let lossy = String::from_utf8_lossy(input);
    if let Some(text) = text(&error) {
        let shown: Vec<char> = lossy.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
        assert_eq!(text, shown.iter().collect::<String>().trim());
        assert_eq!(std::mem::discriminant(&classify(PORT, text.as_bytes())), kind);
    }
    let capitals = input.to_ascii_uppercase();
    assert_eq!(std::mem::discriminant(&classify(PORT, &capitals)), kind);
    let spaced = [b" \n\t", input, b"\r\n "].concat();
    assert_eq!(std::mem::discriminant(&classify(PORT, &spaced)), kind);

    let refused = [input, b" connect: connection refused"].concat();
    assert!(matches!(classify(PORT, &refused), Error::PortNotListening { port: PORT, .. }));
    let gone = [input, b" failed to find sandbox"].concat();
    let listening = !matches!(error, Error::PortNotListening { .. });
    assert_eq!(matches!(classify(PORT, &gone), Error::PodGone { .. }), listening);
    let reset = [input, b" connection reset by peer"].concat();
    match error {
        Error::Remote { .. } => assert!(matches!(classify(PORT, &reset), Error::RemoteReset)),
        _ => assert_eq!(std::mem::discriminant(&classify(PORT, &reset)), kind),
    }
}

fn text(error: &Error) -> Option<&str> {
    match error {
        Error::PortNotListening { text, .. } | Error::PodGone { text } | Error::Remote { text, .. } => {
            Some(text)
        }
        _ => None,
    }
}
