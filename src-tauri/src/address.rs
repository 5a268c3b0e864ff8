//! Local addresses as a person types them.

use std::net::IpAddr;

/// The host and port under which a program on this computer reaches a forward: `localhost:52341`.
///
/// The first address of the list decides. An IP address is that address; `localhost`, nothing, every address (`0.0.0.0`,
/// `::`) and what is none are `localhost`. The same rule is in `ui/src/format/ports.ts`, and the tests of both have the
/// same table.
pub(crate) fn local_address(bind_address: &str, port: u16) -> String {
    let first = bind_address.split(',').next().unwrap_or_default().trim();
    match first.parse::<IpAddr>() {
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
        // The same table is in ui/src/format/ports.test.ts.
        let cases = [
            ("localhost", "localhost:80"),
            ("", "localhost:80"),
            ("0.0.0.0", "localhost:80"),
            ("::", "localhost:80"),
            ("127.0.0.2", "127.0.0.2:80"),
            ("::1", "[::1]:80"),
            ("fe80::1", "[fe80::1]:80"),
            ("127.0.0.1,127.0.0.2", "127.0.0.1:80"),
            ("192.168.1.7,localhost", "192.168.1.7:80"),
            ("localhost,192.168.1.7", "localhost:80"),
            ("fe80::1, 192.168.1.7", "[fe80::1]:80"),
            ("0.0.0.0,192.168.1.7", "localhost:80"),
            ("::,0.0.0.0", "localhost:80"),
            (",", "localhost:80"),
            ("/../evil", "localhost:80"),
        ];
        for (bind, expected) in cases {
            assert_eq!(local_address(bind, 80), expected, "{bind}");
        }
    }
}
