//! What a text is that is none of what can be used.

/// What it seems to be and what to do, as part of a sentence. Quotes nothing.
pub(super) fn what_else(text: &str) -> &'static str {
    let text = text.trim();
    let is_word = !text.contains(char::is_whitespace);
    let has = |part: &str| text.contains(part);
    let writes_kubeconfig = [
        "gcloud container clusters",
        "aws eks",
        "az aks",
        "doctl kubernetes",
        "tsh kube",
        "ibmcloud ks",
        "rosa ",
    ];
    if is_word && (text.starts_with("sha256~") || text.starts_with("eyJ")) {
        "this is a token without its server; choose \"Server and token\" and give both"
    } else if is_word && (has("://") || (has(".") && has(":"))) {
        "this is the address of a server without how to sign in; choose one of the other ways and give it there"
    } else if has("PRIVATE KEY-----") || has("-----BEGIN CERTIFICATE-----") {
        "this is a certificate or a key; choose \"Client certificate\" and give the server with it"
    } else if writes_kubeconfig.iter().any(|command| has(command)) {
        "this command writes a kubeconfig; run it in a terminal, and its cluster appears among those of your kubeconfig"
    } else if has("curl ") {
        "this is a request by curl; paste the line with \"oc login\" that stands above it"
    } else if has("oc login") || has("oc  login") {
        "the \"oc login\" command in it is not complete"
    } else if has("kubectl ") || has("oc ") {
        "this command does not sign in; paste an \"oc login\" command, \"kubectl config set-cluster\" and the like, or a kubeconfig"
    } else if text.starts_with('<') {
        "this is the source of a page; paste the \"oc login\" command that the page shows"
    } else {
        "this is neither an \"oc login\" command nor a kubeconfig"
    }
}
