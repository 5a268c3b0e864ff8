//! Pasted texts that cannot be used.

use cluster::{PastedLogin, PastedSignIn, SecretText, read_pasted};
use engine::Problem;
use wording::Text;

use super::{BadInput, in_words};

const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\ncurrent-context: a\n\
    contexts: [{name: a, context: {cluster: c, user: u}}]\n";

pub(crate) fn table() -> Vec<BadInput> {
    let whole = |cluster: &str, user: &str| {
        format!(
            "{KUBECONFIG}clusters: [{{name: c, cluster: {cluster}}}]\nusers: [{{name: u, user: {user}}}]\n"
        )
    };
    let server = "{server: \"https://a.b\"}";
    let inputs: Vec<(&'static str, String, &'static str)> = vec![
        ("nothing", " \n".into(), "nothing was pasted"),
        ("prose", "hello, can you help me?".into(), "neither an \"oc login\" command nor a kubeconfig"),
        ("a token alone", "sha256~MustNotShow".into(), "a token without its server"),
        ("an address alone", "https://api.crc.testing:6443".into(), "address of a server without"),
        (
            "a key",
            "-----BEGIN PRIVATE KEY-----\nMustNotShow\n-----END PRIVATE KEY-----".into(),
            "a certificate or a key",
        ),
        (
            "a request by curl",
            "curl -H 'Authorization: Bearer MustNotShow' https://a.b".into(),
            "a request by curl",
        ),
        ("a page", "<html><body>MustNotShow</body></html>".into(), "the source of a page"),
        ("a provider's command", "aws eks update-kubeconfig --name prod".into(), "writes a kubeconfig"),
        ("another command", "kubectl get pods".into(), "does not sign in"),
        ("no server", "oc login --token=MustNotShow".into(), "does not say which server"),
        ("no token after all", "oc login --token= --server=https://a.b".into(), "the token in it is empty"),
        ("a placeholder", "oc login --token=<token> --server=https://a.b".into(), "is a placeholder"),
        ("a variable", "oc login --token=$TOKEN --server=https://a.b".into(), "only your shell knows"),
        ("asterisks", "oc login --token=*********** --server=https://a.b".into(), "made unreadable"),
        (
            "token and name",
            "oc login --token=MustNotShow -u me https://a.b".into(),
            "both a token and a user name",
        ),
        ("a password of nobody", "oc login -p MustNotShow https://a.b".into(), "a password but no user name"),
        ("a token as server", "oc login sha256~MustNotShow".into(), "must come after --token="),
        (
            "two servers",
            "oc login https://a.b https://c.d --token=MustNotShow".into(),
            "names several servers",
        ),
        (
            "two logins",
            "oc login https://a.b --token=MustNotShow\noc login https://c.d --token=MustNotShow".into(),
            "paste one of them",
        ),
        ("no web server", "oc login ftp://a.b --token=MustNotShow".into(), "must start with https://"),
        ("a port that is none", "oc login https://a.b:99999 --token=MustNotShow".into(), "invalid port"),
        (
            "a password in the address",
            "oc login https://me:MustNotShow@a.b --token=x".into(),
            "apart from the address",
        ),
        ("half a command", "oc login --token=MustNotShow --server".into(), "--server has no value"),
        ("a helper", "oc login https://a.b --exec-plugin=oc-oidc".into(), "--exec-plugin"),
        (
            "a certificate by file",
            "oc login https://a.b --client-certificate=c --client-key=k".into(),
            "choose \"Client certificate\"",
        ),
        (
            "an authority somewhere",
            "oc login https://a.b --certificate-authority=ca.crt --token=x".into(),
            "in which folder",
        ),
        (
            "commands without a server",
            "kubectl config set-credentials me --token=MustNotShow".into(),
            "set-cluster",
        ),
        (
            "a command without a name",
            "kubectl config set-cluster --server=https://a.b".into(),
            "does not name what it sets",
        ),
        ("an empty kubeconfig", "apiVersion: v1\nkind: Config\n".into(), "neither clusters nor contexts"),
        (
            "no contexts",
            "clusters: [{name: c, cluster: {server: \"https://a.b\"}}]".into(),
            "has no contexts",
        ),
        ("broken YAML", "clusters: [MustNotShow\n".into(), "can be read, line 1"),
        ("left out by kubectl", whole(server, "{token: REDACTED}"), "kubectl config view --raw\" prints"),
        ("no server in it", whole("{}", "{token: MustNotShow}"), "has no server"),
        (
            "its proxy",
            whole("{server: \"https://a.b\", proxy-url: \"http://p\"}", "{token: MustNotShow}"),
            "a proxy of its own",
        ),
        (
            "its other name",
            whole("{server: \"https://a.b\", tls-server-name: n}", "{token: MustNotShow}"),
            "tls-server-name",
        ),
        (
            "its authority elsewhere",
            whole("{server: \"https://a.b\", certificate-authority: ca.crt}", "{token: MustNotShow}"),
            "a folder that the text does not tell",
        ),
        ("its helper", whole(server, "{exec: {command: kubelogin}}"), "signs in with kubelogin"),
        ("its files", whole(server, "{client-certificate: u.crt, client-key: u.key}"), "--flatten"),
        ("nobody", whole(server, "{}"), "neither a token nor a certificate"),
        (
            "a damaged key",
            whole(server, "{client-certificate-data: MustNotShow, client-key-data: MustNotShow}"),
            "client certificate in it is damaged",
        ),
        ("a cluster that is missing", format!("{KUBECONFIG}users: []\n"), "names the cluster \"c\""),
    ];
    inputs.into_iter().map(|(name, text, expected)| BadInput { name, expected, said: said(text) }).collect()
}

/// What is said of a text, or of the first context in it.
fn said(text: String) -> Text {
    match read_pasted(&SecretText::new(text)) {
        Err(error) => in_words(&Problem::from(&error)),
        Ok(PastedLogin::Kubeconfig(contexts)) => match &contexts[0].sign_in {
            PastedSignIn::Unusable(why) => why.clone(),
            other => Text::verbatim(format!("taken as {other:?}")),
        },
        Ok(PastedLogin::Login(login)) => Text::verbatim(format!("taken as {login:?}")),
    }
}
