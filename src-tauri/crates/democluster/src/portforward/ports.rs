//! The ports that a request for channels lists (`V4Options` of cri-streaming; `PodPortForwardOptions` of the API server).

/// More ports than this have no numbers for their channels: two for each, in a byte.
const MOST: usize = 127;

/// Reads all values of `parameter`, each of which may list several.
///
/// # Errors
/// The server's text for what cannot be understood.
pub(super) fn ports(query: &str, parameter: &str) -> Result<Vec<u16>, String> {
    let mut ports = Vec::new();
    for (_, value) in form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == parameter) {
        if value.is_empty() {
            return Err("query parameter \"port\" cannot be empty".to_owned());
        }
        for text in value.split(',') {
            match text.parse() {
                Ok(0) => return Err(format!("port \"{value}\" must be > 0")),
                Ok(port) => ports.push(port),
                Err(_) => return Err(format!("unable to parse \"{value}\" as a port")),
            }
        }
    }
    match ports.len() {
        // The kubelet's name of it, whatever it was in the request to the API server.
        0 => Err("query parameter \"port\" is required".to_owned()),
        count if count > MOST => Err(format!("at most {MOST} ports can be forwarded")),
        _ => Ok(ports),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_listed_and_repeated() {
        assert_eq!(ports("ports=8080,9090&other=1&ports=80", "ports"), Ok(vec![8080, 9090, 80]));
        assert_eq!(ports("&port=5000", "port"), Ok(vec![5000]));
        for (query, why) in [
            ("", "query parameter \"port\" is required"),
            ("port=80", "query parameter \"port\" is required"),
            ("ports=", "query parameter \"port\" cannot be empty"),
            ("ports=0", "port \"0\" must be > 0"),
            ("ports=80,http", "unable to parse \"80,http\" as a port"),
            ("ports=65536", "unable to parse \"65536\" as a port"),
        ] {
            assert_eq!(ports(query, "ports"), Err(why.to_owned()), "{query}");
        }
        assert!(ports(&"ports=1&".repeat(128), "ports").is_err());
    }
}
