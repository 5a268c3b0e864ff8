//! Local addresses as a person types them.

use std::net::IpAddr;

/// The host and port under which a program on this computer reaches a forward: `localhost:52341`.
pub(crate) fn local_address(bind_address: &str, port: u16) -> String {
    match bind_address.parse::<IpAddr>() {
        Ok(address) if address.is_unspecified() => format!("localhost:{port}"),
        Ok(IpAddr::V6(address)) => format!("[{address}]:{port}"),
        Ok(IpAddr::V4(address)) => format!("{address}:{port}"),
        // `localhost`, or empty, which means the same.
        Err(_) => format!("localhost:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::local_address;

    #[test]
    fn addresses_can_be_typed_into_a_browser() {
        let cases = [
            ("localhost", "localhost:80"),
            ("", "localhost:80"),
            ("0.0.0.0", "localhost:80"),
            ("::", "localhost:80"),
            ("127.0.0.2", "127.0.0.2:80"),
            ("::1", "[::1]:80"),
            ("/../evil", "localhost:80"),
        ];
        for (bind, expected) in cases {
            assert_eq!(local_address(bind, 80), expected, "{bind}");
        }
    }
}
