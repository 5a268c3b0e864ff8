//! What a text is that is none of what can be used.

use wording::{Text, text};

/// What it seems to be and what to do, as part of a sentence. Quotes nothing.
pub(super) fn what_else(text: &str) -> Text {
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
        text!(
            "this is a token without its server; choose \"Server and token\" and give both",
            "das ist ein Token ohne seinen Server; wählen Sie „Server und Token“, und geben Sie beides an"
        )
    } else if is_word && (has("://") || (has(".") && has(":"))) {
        text!(
            "this is the address of a server without how to sign in; choose one of the other ways and give it there",
            "das ist die Adresse eines Servers ohne Anmeldung; wählen Sie einen der anderen Wege, und geben Sie sie dort an"
        )
    } else if has("PRIVATE KEY-----") || has("-----BEGIN CERTIFICATE-----") {
        text!(
            "this is a certificate or a key; choose \"Client certificate\" and give the server with it",
            "das ist ein Zertifikat oder ein Schlüssel; wählen Sie „Client-Zertifikat“, und geben Sie den Server dazu an"
        )
    } else if writes_kubeconfig.iter().any(|command| has(command)) {
        text!(
            "this command writes a kubeconfig; run it in a terminal, and its cluster appears among those of your kubeconfig",
            "dieser Befehl schreibt eine kubeconfig; führen Sie ihn in einem Terminal aus, dann erscheint sein Cluster unter denen Ihrer kubeconfig"
        )
    } else if has("curl ") {
        text!(
            "this is a request by curl; paste the line with \"oc login\" that stands above it",
            "das ist eine Anfrage mit curl; fügen Sie die Zeile mit „oc login“ ein, die darüber steht"
        )
    } else if has("oc login") || has("oc  login") {
        text!(
            "the \"oc login\" command in it is not complete",
            "der Befehl „oc login“ darin ist nicht vollständig"
        )
    } else if has("kubectl ") || has("oc ") {
        text!(
            "this command does not sign in; paste an \"oc login\" command, \"kubectl config set-cluster\" and the like, or a kubeconfig",
            "dieser Befehl meldet nicht an; fügen Sie einen Befehl „oc login“, „kubectl config set-cluster“ und dergleichen oder eine kubeconfig ein"
        )
    } else if text.starts_with('<') {
        text!(
            "this is the source of a page; paste the \"oc login\" command that the page shows",
            "das ist der Quelltext einer Seite; fügen Sie den Befehl „oc login“ ein, den die Seite zeigt"
        )
    } else {
        text!(
            "this is neither an \"oc login\" command nor a kubeconfig",
            "das ist weder ein Befehl „oc login“ noch eine kubeconfig"
        )
    }
}
