//! One kubeconfig file.

use std::{
    fs::File,
    io::Read,
    path::{MAIN_SEPARATOR, Path},
};

use kube::config::{Kubeconfig, KubeconfigError};
use secrecy::{ExposeSecret, SecretString};
use wording::{Text, text};

use super::reason;

/// The largest file that is read, in bytes: far above any real one; a bound for a path that is no kubeconfig at all.
const LARGEST: u64 = 16 * 1024 * 1024;

/// What is wrong with a file.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) line: Option<u32>,
    pub(crate) reason: Text,
}

/// Reads a file; relative paths in it are made absolute, counted from its directory.
pub(super) fn read(path: &Path) -> Result<Kubeconfig, Trouble> {
    let unreadable = |error: std::io::Error| Trouble {
        line: None,
        reason: text!("it cannot be read: {error}", "sie ist nicht lesbar: {error}"),
    };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Trouble {
            line: None,
            reason: text!("it is too large to be a kubeconfig", "sie ist zu groß für eine kubeconfig"),
        });
    }
    let text = decode(bytes).ok_or_else(|| Trouble {
        line: None,
        reason: text!("it is not a text file", "sie ist keine Textdatei"),
    })?;
    parse(&text, path.parent())
}

/// Reads the text of a kubeconfig. Fields that are there but empty count as absent, as in kubectl.
pub(crate) fn parse(text: &str, directory: Option<&Path>) -> Result<Kubeconfig, Trouble> {
    let mut config = Kubeconfig::from_yaml(text).map_err(|error| match &error {
        KubeconfigError::Parse(parse) => {
            let line = parse.location().and_then(|location| u32::try_from(location.line()).ok());
            let message = parse.without_snippet().to_string();
            Trouble { line: line.filter(|line| *line > 0), reason: reason::of(&message, text, line) }
        }
        _ => Trouble {
            line: None,
            reason: text!("its documents do not fit together", "ihre Dokumente passen nicht zusammen"),
        },
    })?;
    // Merging must not trip over files that state a kind and files that state another spelling of it.
    config.kind = None;
    config.api_version = None;
    drop_empty(&mut config.current_context);
    for cluster in config.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        drop_empty(&mut cluster.server);
        drop_empty(&mut cluster.certificate_authority);
        drop_empty(&mut cluster.certificate_authority_data);
        drop_empty(&mut cluster.proxy_url);
        drop_empty(&mut cluster.tls_server_name);
        resolve(&mut cluster.certificate_authority, directory);
    }
    for context in config.contexts.iter_mut().filter_map(|named| named.context.as_mut()) {
        drop_empty(&mut context.user);
        drop_empty(&mut context.namespace);
    }
    for user in config.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        for text in [
            &mut user.username,
            &mut user.token_file,
            &mut user.client_certificate,
            &mut user.client_certificate_data,
            &mut user.client_key,
            &mut user.impersonate,
        ] {
            drop_empty(text);
        }
        for secret in [&mut user.password, &mut user.token, &mut user.client_key_data] {
            drop_empty_secret(secret);
        }
        for path in [&mut user.client_certificate, &mut user.client_key, &mut user.token_file] {
            resolve(path, directory);
        }
        // A bare command is looked up in PATH (client-go `GetAuthInfoFileReferences`).
        if let Some(exec) = &mut user.exec
            && exec.command.as_ref().is_some_and(|command| command.contains(MAIN_SEPARATOR))
        {
            resolve(&mut exec.command, directory);
        }
    }
    Ok(config)
}

/// UTF-8 with or without a byte order mark, or UTF-16 with one, as some Windows editors write it.
fn decode(bytes: Vec<u8>) -> Option<String> {
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        String::from_utf16(&units.collect::<Vec<_>>()).ok()
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes).ok(),
    }
}

fn drop_empty(text: &mut Option<String>) {
    text.take_if(|text| text.is_empty());
}

fn drop_empty_secret(secret: &mut Option<SecretString>) {
    secret.take_if(|secret| secret.expose_secret().is_empty());
}

fn resolve(path: &mut Option<String>, directory: Option<&Path>) {
    if let (Some(relative), Some(directory)) = (path.as_deref(), directory)
        && Path::new(relative).is_relative()
        && let Some(absolute) = directory.join(relative).to_str()
    {
        *path = Some(absolute.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_count_from_the_file() {
        let yaml = "
clusters: [{name: c, cluster: {server: https://x, certificate-authority: pki/ca.crt}}]
users:
- {name: u, user: {client-certificate: u.crt, client-key: /abs/u.key, tokenFile: token}}
- {name: bare, user: {exec: {command: aws}}}
- {name: path, user: {exec: {command: ./login}}}
";
        let config = parse(yaml, Some(Path::new("/etc/kube"))).unwrap();
        let cluster = config.clusters[0].cluster.as_ref().unwrap();
        assert_eq!(cluster.certificate_authority.as_deref(), Some("/etc/kube/pki/ca.crt"));
        let user = |index: usize| config.auth_infos[index].auth_info.as_ref().unwrap();
        assert_eq!(user(0).client_certificate.as_deref(), Some("/etc/kube/u.crt"));
        assert_eq!(user(0).client_key.as_deref(), Some("/abs/u.key"));
        assert_eq!(user(0).token_file.as_deref(), Some("/etc/kube/token"));
        let command = |index: usize| user(index).exec.as_ref().unwrap().command.as_deref();
        assert_eq!(command(1), Some("aws"));
        assert_eq!(command(2), Some("/etc/kube/./login"));
    }

    #[test]
    fn empty_fields_count_as_absent() {
        let yaml = "
current-context: ''
contexts: [{name: a, context: {cluster: c, user: '', namespace: ''}}]
clusters: [{name: c, cluster: {server: https://x, tls-server-name: '', certificate-authority: ''}}]
users: [{name: u, user: {token: '', client-key: ''}}]
";
        let config = parse(yaml, Some(Path::new("/etc"))).unwrap();
        assert_eq!(config.current_context, None);
        let context = config.contexts[0].context.as_ref().unwrap();
        assert_eq!((&context.user, &context.namespace), (&None, &None));
        let cluster = config.clusters[0].cluster.as_ref().unwrap();
        assert_eq!((&cluster.tls_server_name, &cluster.certificate_authority), (&None, &None));
        let user = config.auth_infos[0].auth_info.as_ref().unwrap();
        assert!(user.token.is_none() && user.client_key.is_none());
    }

    #[test]
    fn byte_order_marks() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config");
        let text = "current-context: ä";
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let utf8: Vec<u8> = [0xef, 0xbb, 0xbf].into_iter().chain(text.bytes()).collect();
        for bytes in [utf16, utf8, text.as_bytes().to_vec()] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(read(&path).unwrap().current_context.as_deref(), Some("ä"));
        }
        std::fs::write(&path, [0xc3, 0x28]).unwrap();
        assert_eq!(read(&path).unwrap_err().reason, "it is not a text file");
        std::fs::write(&path, "").unwrap();
        assert!(read(&path).unwrap().contexts.is_empty());
    }

    #[test]
    fn an_unreadable_file_says_so() {
        let directory = tempfile::tempdir().unwrap();
        let trouble = read(&directory.path().join("absent")).unwrap_err();
        assert!(trouble.reason.contains("No such file"), "{}", trouble.reason);
        assert!(read(directory.path()).is_err());
    }
}
