use proptest::prelude::*;

use super::*;

const TOKEN: &str = "sha256~MustNotShow_0123456789abcdefghijklmnopqrstuv";
const SERVER: &str = "https://api.crc.testing:6443";

fn login(text: &str) -> PastedServer {
    match read_pasted(&SecretText::new(text)) {
        Ok(PastedLogin::Login(login)) => login,
        other => panic!("{text}: {other:?}"),
    }
}

fn fails(text: &str) -> Text {
    match read_pasted(&SecretText::new(text)) {
        Err(Error::BadPaste { reason }) => reason,
        other => panic!("{text}: {other:?}"),
    }
}

fn contexts(text: &str) -> Vec<PastedServer> {
    match read_pasted(&SecretText::new(text)) {
        Ok(PastedLogin::Kubeconfig(contexts)) => contexts,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn every_form_of_oc_login_with_a_token() {
    let console = format!(
        "Your API token is\n{TOKEN}\n\nLog in with this token\noc login --token={TOKEN} --server={SERVER}\n\n\
         Use this token directly against the API\ncurl -H \"Authorization: Bearer {TOKEN}\" \"{SERVER}/apis/user.openshift.io/v1/users/~\"\n"
    );
    for text in [
        format!("oc login --token={TOKEN} --server={SERVER}"),
        format!("oc login --token {TOKEN} --server {SERVER}"),
        format!("oc login --server={SERVER} --token={TOKEN}"),
        format!("oc login {SERVER} --token={TOKEN}"),
        format!("oc login --token={TOKEN} api.crc.testing:6443"),
        format!("oc login -s {SERVER} --token='{TOKEN}'"),
        format!("oc login --token=\"{TOKEN}\" --server=\"{SERVER}/\""),
        format!("$ oc login --token={TOKEN} --server={SERVER}"),
        format!("# oc login --token={TOKEN} --server={SERVER}"),
        format!("sudo oc login --token={TOKEN} --server={SERVER}"),
        format!("oc.exe login --token={TOKEN} --server={SERVER}"),
        format!("PS C:\\Users\\me> .\\oc.exe login --token={TOKEN} --server={SERVER}"),
        format!("/usr/local/bin/oc login --token={TOKEN} --server={SERVER}"),
        format!("KUBECONFIG=/tmp/x oc login --token={TOKEN} --server={SERVER}"),
        format!("oc --loglevel=6 login --token={TOKEN} --server={SERVER}"),
        format!("oc login \\\n  --token={TOKEN} \\\n  --server={SERVER}\n"),
        format!("oc login \\\r\n  --token={TOKEN} \\\r\n  --server={SERVER}\r\n"),
        format!("oc login \\\n  {SERVER} \\\n  --token={TOKEN}"),
        format!("oc login --token={TOKEN}\n--server={SERVER}"),
        format!("oc login `\n --token={TOKEN} `\n --server={SERVER}"),
        format!("oc login \u{2014}token={TOKEN} \u{2014}server=\u{201c}{SERVER}\u{201d}"),
        format!("oc\u{a0}login --token=\u{2018}{TOKEN}\u{2019} --server={SERVER}"),
        format!("Here's how you log in: `oc login --token={TOKEN} --server={SERVER}`"),
        format!("Don't forget:\noc login --token={TOKEN} --server={SERVER} && oc project demo"),
        format!("oc login --token={TOKEN} --server={SERVER}; oc whoami"),
        format!("Run `oc login --token={TOKEN} --server={SERVER}` in your terminal."),
        format!("Run `oc login --token={TOKEN} --server={SERVER};` in your terminal."),
        format!("Run `oc login {SERVER} --token={TOKEN};`"),
        format!("oc login ^\r\n --token={TOKEN} ^\r\n --server={SERVER}"),
        format!("oc login --server={SERVER} --token={TOKEN}^\r\n --loglevel=6"),
        format!("oc login --token={TOKEN}^\r\n{SERVER}"),
        format!("Run oc login --token={TOKEN} --server={SERVER} in your terminal."),
        format!("Don't run `oc login --token={TOKEN} --server={SERVER}` if you can't wait, e.g. today."),
        format!("`oc login --token={TOKEN} --server={SERVER}`\nThen run `oc whoami`\nand you're done."),
        format!("First oc login with your token, like this:\noc login --token={TOKEN} --server={SERVER}"),
        format!("Use `oc login` or better `oc login --token={TOKEN} --server={SERVER}`, then go on."),
        format!("oc login `--token={TOKEN}` `--server={SERVER}`"),
        format!("oc login --token={TOKEN} --server={SERVER}\noc login --token={TOKEN} --server={SERVER}\n"),
        console,
    ] {
        let found = login(&text);
        assert_eq!(found.url, SERVER, "{text}");
        assert_eq!(found.name, "crc.testing", "{text}");
        assert_eq!(found.sign_in, PastedSignIn::Token(SecretText::new(TOKEN)), "{text}");
        assert!(!found.unchecked && found.trust.is_none(), "{text}");
        assert!(!format!("{found:?}").contains("MustNotShow"));
    }
}

#[test]
fn names_passwords_and_the_browser() {
    let password = |text: &str| PastedSignIn::Password(Some(SecretText::new(text)));
    for (text, user, sign_in) in [
        ("oc login -u developer -p pa$$ api.crc.testing:6443", Some("developer"), password("pa$$")),
        (
            "oc login -u developer -p 'two words' https://api.crc.testing:6443",
            Some("developer"),
            password("two words"),
        ),
        (
            "oc login -udeveloper -pdev --server=https://api.crc.testing:6443",
            Some("developer"),
            password("dev"),
        ),
        (
            "oc login --username=kubeadmin --password=x https://api.crc.testing:6443",
            Some("kubeadmin"),
            password("x"),
        ),
        (
            "oc login https://api.crc.testing:6443 -u kubeadmin",
            Some("kubeadmin"),
            PastedSignIn::Password(None),
        ),
        ("oc login -u me -p $PASSWORD api.crc.testing:6443", Some("me"), PastedSignIn::Password(None)),
        ("oc login -u me -p 'secret;' api.crc.testing:6443", Some("me"), password("secret;")),
        ("oc login -u me -p ';' api.crc.testing:6443", Some("me"), password(";")),
        ("oc login -u me -p '&&' api.crc.testing:6443", Some("me"), password("&&")),
        ("oc login -u me -p \"a; b;\" api.crc.testing:6443; oc whoami", Some("me"), password("a; b;")),
        ("oc login -u me -p 'a`b`' api.crc.testing:6443", Some("me"), password("a`b`")),
        ("Don't wait: `oc login -u me -p 'a`b' api.crc.testing:6443`", Some("me"), password("a`b")),
        ("It's oc login -u me -p'it;' api.crc.testing:6443", Some("me"), password("it;")),
        ("oc login api.crc.testing:6443 -u me -p abc^", Some("me"), password("abc^")),
        ("oc login api.crc.testing:6443 -u me -p abc^\nHave fun.", Some("me"), password("abc^")),
        ("oc login -u me -p abc^\n--server=api.crc.testing:6443", Some("me"), password("abc")),
        ("Run `oc login api.crc.testing:6443 -u me -p ';'`", Some("me"), password(";")),
        ("Run `oc login api.crc.testing:6443 -u me -p a;b;` now", Some("me"), password("a;b")),
        ("oc login -u me -p abc'def' api.crc.testing:6443", Some("me"), password("abcdef")),
        ("Don't: oc login -u me -p abc'def' api.crc.testing:6443", Some("me"), password("abcdef")),
        ("oc login -u me -p don't api.crc.testing:6443", Some("me"), password("don't")),
        ("Don't if you can't: oc login -u me -p x api.crc.testing:6443", Some("me"), password("x")),
        ("oc login api.crc.testing:6443 -u me -p 'a\\b`'", Some("me"), password("a\\b`")),
        ("oc login -u me -p '' api.crc.testing:6443", Some("me"), PastedSignIn::Password(None)),
        ("oc login api.crc.testing:6443", None, PastedSignIn::Browser),
        ("oc login --web https://api.crc.testing:6443", None, PastedSignIn::Browser),
        ("oc login -w https://api.crc.testing:6443", None, PastedSignIn::Browser),
    ] {
        let found = login(text);
        assert_eq!(
            (found.url.as_str(), found.user.as_deref(), found.sign_in),
            (SERVER, user, sign_in),
            "{text}"
        );
    }
}

#[test]
fn whose_word_counts_and_which_namespace() {
    let found = login(&format!("oc login --token={TOKEN} {SERVER} --insecure-skip-tls-verify -n demo"));
    assert_eq!((found.unchecked, found.namespace.as_deref()), (true, Some("demo")));
    assert!(login(&format!("oc login --insecure-skip-tls-verify=true --token={TOKEN} {SERVER}")).unchecked);
    assert!(!login(&format!("oc login --insecure-skip-tls-verify=false --token={TOKEN} {SERVER}")).unchecked);
    let found = login(&format!("oc login --certificate-authority=/etc/ca.crt --token={TOKEN} {SERVER}"));
    assert_eq!(found.trust, Some(ServerTrust::File("/etc/ca.crt".into())));
    let found =
        login(&format!("oc.exe login --certificate-authority=C:\\pki\\ca.crt --token={TOKEN} {SERVER}"));
    assert_eq!(found.trust, Some(ServerTrust::File("C:\\pki\\ca.crt".into())));
}

#[test]
fn commands_of_kubectl() {
    let text = format!(
        "kubectl config set-cluster demo --server={SERVER} --insecure-skip-tls-verify=true\n\
         kubectl config set-credentials me --token={TOKEN}\n\
         kubectl config set-context it --cluster=demo --user=me --namespace=shop\n\
         kubectl config use-context it\n"
    );
    let found = contexts(&text);
    assert_eq!((found[0].name.as_str(), found[0].url.as_str()), ("it", SERVER));
    assert_eq!((found[0].unchecked, found[0].namespace.as_deref()), (true, Some("shop")));
    assert_eq!(found[0].sign_in, PastedSignIn::Token(SecretText::new(TOKEN)));

    let text = format!(
        "kubectl config set-cluster demo --server={SERVER} && kubectl config set-credentials me --token={TOKEN}"
    );
    assert_eq!(contexts(&text)[0].sign_in, PastedSignIn::Token(SecretText::new(TOKEN)));

    let text =
        format!("oc config set-cluster demo --server {SERVER}\noc config set-credentials me --token {TOKEN}");
    assert_eq!(contexts(&text)[0].sign_in, PastedSignIn::Token(SecretText::new(TOKEN)));

    let text =
        format!("kubectl config set clusters.a.b.server {SERVER}\nkubectl config set users.me.token {TOKEN}");
    let found = contexts(&text);
    assert_eq!((found[0].name.as_str(), found[0].url.as_str()), ("a.b", SERVER));
    assert_eq!(found[0].sign_in, PastedSignIn::Token(SecretText::new(TOKEN)));
}

#[test]
fn whole_kubeconfigs() {
    let text = format!(
        "$ kubectl config view --raw\n```yaml\napiVersion: v1\nkind: Config\ncurrent-context: b\nclusters:\n- {{name: c, cluster: {{server: \"{SERVER}\"}}}}\n\
         users:\n- {{name: u, user: {{token: {TOKEN}}}}}\n- {{name: x, user: {{exec: {{command: aws}}}}}}\n\
         contexts:\n- {{name: a, context: {{cluster: c, user: x}}}}\n- {{name: b, context: {{cluster: c, user: u, namespace: demo}}}}\n\
         - {{name: d, context: {{cluster: none, user: u}}}}\n```\n"
    );
    let found = contexts(&text);
    let names: Vec<&str> = found.iter().map(|context| context.name.as_str()).collect();
    assert_eq!(names, ["b", "a", "d"]);
    assert_eq!(found[0].sign_in, PastedSignIn::Token(SecretText::new(TOKEN)));
    assert!(matches!(&found[1].sign_in, PastedSignIn::Unusable(why) if why.contains("signs in with aws")));
    assert!(matches!(&found[2].sign_in, PastedSignIn::Unusable(why) if why.contains("\"none\"")));
    assert!(!format!("{found:?}").contains("MustNotShow"));
}

/// kubectl leaves fields out that are empty.
#[test]
fn a_field_that_is_empty_counts_as_absent() {
    let neither = |sign_in: &PastedSignIn| matches!(sign_in, PastedSignIn::Unusable(why) if why.contains("neither a token"));
    let asks = |sign_in: &PastedSignIn| *sign_in == PastedSignIn::Password(None);
    let has = |sign_in: &PastedSignIn| *sign_in == PastedSignIn::Password(Some(SecretText::new("pa$$")));
    type Check = fn(&PastedSignIn) -> bool;
    for (fields, user, check) in [
        (vec![("username", "")], None, neither as Check),
        (vec![("username", ""), ("password", ""), ("token", "")], None, neither),
        (vec![("client-certificate-data", ""), ("client-key-data", ""), ("client-key", "")], None, neither),
        (vec![("username", "me"), ("password", ""), ("token", "")], Some("me"), asks),
        (vec![("username", "me"), ("password", "pa$$"), ("client-key-data", "")], Some("me"), has),
    ] {
        let yaml: Vec<String> = fields.iter().map(|(field, value)| format!("{field}: \"{value}\"")).collect();
        let yaml = yaml.join(", ");
        let yaml = format!(
            "clusters: [{{name: c, cluster: {{server: \"{SERVER}\"}}}}]\nusers: [{{name: u, user: {{{yaml}}}}}]\n\
             contexts: [{{name: a, context: {{cluster: c, user: u}}}}]\n"
        );
        let option = |(field, value): &(&str, &str)| format!(" --{field} '{value}'");
        let options: String = fields.iter().map(option).collect();
        let commands = format!(
            "kubectl config set-cluster c --server={SERVER}\nkubectl config set-credentials u{options}\n"
        );
        for text in [yaml, commands] {
            let found = contexts(&text);
            assert_eq!(found[0].user.as_deref(), user, "{text}");
            assert!(check(&found[0].sign_in), "{text}: {:?}", found[0].sign_in);
        }
    }
    // The next word is not its value instead.
    for empty in ["-u ''", "--username=", "--username \"\" -p ''"] {
        let found = login(&format!("oc login {empty} --token={TOKEN} {SERVER}"));
        assert_eq!(
            (found.user, found.sign_in),
            (None, PastedSignIn::Token(SecretText::new(TOKEN))),
            "{empty}"
        );
    }
}

#[test]
fn mistakes_are_named_in_the_words_of_the_command() {
    let reason = fails("kubectl config set-credentials demo --token=<token>");
    assert!(reason.starts_with("the token in it "), "{reason}");
    let german = reason.of(wording::Spoken::German);
    assert!(german.starts_with("der Wert von --token darin ") && !german.contains("placeholder"), "{german}");
}

#[test]
fn mistakes_are_named() {
    for (text, said) in [
        ("oc login --token=sha256~MustNotShow", "does not say which server"),
        ("oc login --token= --server=https://a.b", "the token in it is empty"),
        ("oc login --token=<token> --server=https://a.b", "placeholder"),
        ("oc login --token=$(oc whoami -t) --server=https://a.b", "only your shell knows"),
        ("oc login --token=**** --server=https://a.b", "made unreadable"),
        ("oc login --token=MustNotShow -u me https://a.b", "both a token and a user name"),
        ("oc login -p MustNotShow https://a.b", "a password but no user name"),
        ("oc login sha256~MustNotShow", "must come after --token="),
        ("oc login https://a.b https://c.d --token=MustNotShow", "several servers"),
        (
            "oc login --token=MustNotShow https://a.b\noc login --token=MustNotShow https://c.d",
            "several servers",
        ),
        ("oc login --token=MustNotShow --server=ftp://a.b", "must start with https://"),
        ("oc login --token=MustNotShow --server", "the option --server has no value"),
        ("oc login --exec-plugin=oc-oidc --issuer-url=https://i https://a.b", "--exec-plugin"),
        ("oc login --certificate-authority=ca.crt --token=MustNotShow https://a.b", "in which folder"),
        ("sha256~MustNotShow", "a token without its server"),
        ("https://api.crc.testing:6443", "address of a server without"),
        ("aws eks update-kubeconfig --name x", "writes a kubeconfig"),
        ("kubectl get pods", "does not sign in"),
        ("hello there", "neither"),
        ("", "nothing was pasted"),
        ("apiVersion: v1\nkind: Config\n", "is empty"),
        ("clusters: [MustNotShow\n", "line"),
    ] {
        let reason = fails(text);
        assert!(reason.contains(said), "{text}: {reason}");
        assert!(!reason.contains("MustNotShow"), "{text}: {reason}");
    }
}

proptest! {
    /// Whatever surrounds it and however it is mangled, reading neither panics nor tells the secret.
    #[test]
    fn no_text_makes_it_panic_or_tell(
        before in "\\PC{0,30}",
        option in prop::sample::select(vec!["--token=", "--token ", "-p ", "--password=", "", "--server ", "token: ", "client-key-data: ", "--"]),
        command in prop::sample::select(vec!["oc login ", "oc.exe login -u me ", "kubectl config set-credentials ", "users:\n- name: a\n  user:\n    ", "kubectl config set users.a.", "oc login https://a.b "]),
        quote in prop::sample::select(vec!["", "'", "\"", "\u{201c}", "\\", "`"]),
        after in "\\PC{0,30}(\n\\PC{0,20})?",
    ) {
        let text = format!("{before}\n{command}{option}{quote}sha256~MustNotShow{quote} {after}");
        let found = read_pasted(&SecretText::new(text));
        // A server's address is told; a secret that was typed in its place is one.
        if option != "--server " && !option.is_empty() && option != "--" {
            prop_assert!(!format!("{found:?}").contains("MustNotShow"), "{found:?}");
        }
        if let Err(error) = &found {
            prop_assert!(!format!("{error:?} {error}").contains("MustNotShow"), "{error:?}");
        }
    }

    #[test]
    fn any_text_at_all(text in "\\PC{0,200}") {
        let _ = read_pasted(&SecretText::new(text));
    }
}
