//! What a YAML reader says of a broken kubeconfig, without what the file holds: next to the mistake may be a password.

use std::collections::HashSet;

use wording::{Text, text};

/// The words of a kubeconfig's own grammar: these may be repeated.
const KNOWN: &[&str] = &[
    "apiVersion",
    "kind",
    "preferences",
    "clusters",
    "cluster",
    "users",
    "user",
    "contexts",
    "context",
    "current-context",
    "extensions",
    "name",
    "namespace",
    "server",
    "insecure-skip-tls-verify",
    "certificate-authority",
    "certificate-authority-data",
    "proxy-url",
    "disable-compression",
    "tls-server-name",
    "username",
    "password",
    "token",
    "tokenFile",
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "as",
    "as-uid",
    "as-groups",
    "as-user-extra",
    "auth-provider",
    "config",
    "exec",
    "command",
    "args",
    "env",
    "value",
    "installHint",
    "interactiveMode",
    "provideClusterInfo",
    "Never",
    "IfAvailable",
    "Always",
];

/// Words of the file shorter than this are ordinary words more often than secrets.
const SHORTEST: usize = 6;

/// The reader's message in one line. Whatever it quotes and whatever also stands in the file's values becomes `…`.
pub(super) fn of(message: &str, file: &str, line: Option<u32>) -> Text {
    let wrong_line = line.and_then(|line| file.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?));
    let mut hidden: HashSet<&str> = HashSet::new();
    hidden.extend(words(file).filter(|word| word.len() >= SHORTEST));
    // On the line itself every word of the value counts, however short.
    if let Some(wrong_line) = wrong_line {
        let value = wrong_line.split_once(':').map_or(wrong_line, |(_, value)| value);
        hidden.extend(words(value));
    }
    let mut out = String::new();
    let rest = without_quotes(without_place(message));
    for (index, piece) in rest.split_whitespace().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let leaks = words(piece).any(|word| hidden.contains(word) && !KNOWN.contains(&word));
        out.push_str(if leaks { "…" } else { piece });
    }
    in_plain_words(&out)
}

/// The reader's own words for the parts of a text. Who knows kubeconfigs need not know them.
const JARGON: &[&str] = &[
    "mapping",
    "scalar",
    "sequence",
    "anchor",
    "alias",
    "event",
    "flow",
    "block",
    "simple key",
    "indent",
    "any token",
    "document",
    "node",
    "variant",
    "struct",
    "invalid type",
];

/// What is to be done, where the reader speaks of its own parts.
fn in_plain_words(message: &str) -> Text {
    if let Some(field) = message.split("missing field `").nth(1).and_then(|rest| rest.split('`').next()) {
        return text!("something that belongs here is missing: {field}", "hier fehlt etwas: {field}");
    }
    if message.contains("found a tab") {
        return text!(
            "found a tab: a line begins with spaces, never with tabs",
            "dort steht ein Tabulator: Zeilen beginnen mit Leerzeichen, nie mit Tabulatoren"
        );
    }
    if message.contains("duplicate") {
        return text!(
            "something that may be there once is there twice",
            "etwas, das nur einmal vorkommen darf, steht zweimal da"
        );
    }
    let wanted = message.rsplit_once("expected ").and_then(|(_, rest)| wanted(rest));
    if let Some(wanted) = wanted {
        return text!("there is something else where {wanted} belongs", "dort steht etwas anderes, wo {wanted} hingehört"; wanted);
    }
    if JARGON.iter().any(|word| message.contains(word)) {
        return text!(
            "this line, or the one before it, cannot be read as YAML: look at its spacing, colons and quotes",
            "diese Zeile oder die davor ist kein lesbares YAML: sehen Sie auf Einrückung, Doppelpunkte und Anführungszeichen"
        );
    }
    Text::verbatim(message)
}

/// What a reader expects that says so, in plain words.
fn wanted(expected: &str) -> Option<Text> {
    let begins = |words: &[&str]| words.iter().any(|word| expected.starts_with(word));
    if begins(&["mapping start", "struct ", "a map", "map"]) {
        Some(text!("a name with its values (name: value)", "ein Name mit seinen Werten (Name: Wert)"))
    } else if begins(&["sequence start", "a sequence", "sequence"]) {
        Some(text!(
            "a list (lines that begin with a hyphen)",
            "eine Liste (Zeilen, die mit einem Bindestrich beginnen)"
        ))
    } else if begins(&["a boolean", "boolean", "bool"]) {
        Some(text!("true or false", "true oder false"))
    } else if begins(&["a string", "string", "scalar"]) {
        Some(text!("a single text", "ein einzelner Text"))
    } else {
        None
    }
}

/// Without the trailing `at line 3, column 5`: the line is told apart.
fn without_place(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(before, _)| before)
}

/// Each quoted part (`"…"`, `'…'`, `` `…` ``) that is not a word of the grammar is emptied.
fn without_quotes(message: &str) -> String {
    let mut out = String::new();
    let mut rest = message;
    while let Some(start) = rest.find(['"', '`', '\'']) {
        let quote = &rest[start..=start];
        let (before, quoted) = (&rest[..start], &rest[start + 1..]);
        out.push_str(before);
        let Some(end) = closing(quoted, quote) else {
            // Not closed: nothing after it can be trusted.
            out.push('…');
            return out;
        };
        let inside = &quoted[..end];
        out.push_str(quote);
        out.push_str(if KNOWN.contains(&inside) { inside } else { "…" });
        out.push_str(quote);
        rest = &quoted[end + 1..];
    }
    out.push_str(rest);
    out
}

/// Where a quotation ends, past escaped quotes.
fn closing(text: &str, quote: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(index, c)| {
        let ends = !escaped && quote.starts_with(c);
        escaped = c == '\\' && !escaped;
        ends.then_some(index)
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "\"'`,;:(){}[]<>*&!|".contains(c))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::file::parse;

    const SECRET: &str = "hunter2-S3cr3t";

    #[test]
    fn mistakes_are_named_with_their_line_and_without_the_secret() {
        let files = [
            ("not a mapping", format!("just {SECRET}\n"), None),
            ("a list where a mapping is due", format!("users:\n- name: a\n  user: [{SECRET}]\n"), Some(3)),
            ("a text where a list is due", format!("clusters: []\nusers: {SECRET}\n"), Some(2)),
            (
                "a mapping in a token",
                format!("users:\n- name: a\n  user:\n    token: {{x: {SECRET}}}\n"),
                Some(4),
            ),
            (
                "bad indentation",
                format!("users:\n- name: a\n  user:\n    token: {SECRET}\n   password: b\n"),
                None,
            ),
            ("a colon too many", format!("users:\n- name: a\n  user:\n    token: a: {SECRET}\n"), Some(4)),
            ("an unclosed quote", format!("users:\n- name: a\n  user: {{token: \"{SECRET}\n"), None),
            ("an unknown alias", format!("users:\n- name: a\n  user:\n    password: *{SECRET}\n"), Some(4)),
            (
                "an unknown tag",
                format!("users:\n- name: a\n  user:\n    provideClusterInfo: !{SECRET} x\n"),
                None,
            ),
            ("no name", format!("users:\n- user: {{token: {SECRET}}}\n"), Some(2)),
            (
                "a text for a truth value",
                format!(
                    "users:\n- name: a\n  user: {{exec: {{command: x, provideClusterInfo: {SECRET}}}}}\n"
                ),
                Some(3),
            ),
            (
                "an unknown choice",
                format!("users:\n- name: a\n  user: {{exec: {{command: x, interactiveMode: {SECRET}}}}}\n"),
                Some(3),
            ),
            ("a tab", format!("users:\n- name: a\n  user:\n\ttoken: {SECRET}\n"), None),
        ];
        let mut broken = 0;
        for (what, yaml, line) in files {
            let Err(trouble) = parse(&yaml, None) else { continue };
            broken += 1;
            assert!(!trouble.reason.contains(SECRET), "{what}: {}", trouble.reason);
            assert!(!trouble.reason.is_empty(), "{what}");
            assert!(!trouble.reason.contains('\n'), "{what}: {}", trouble.reason);
            let jargon = super::JARGON.iter().find(|word| trouble.reason.contains(*word));
            assert_eq!(jargon, None, "{what}: {}", trouble.reason);
            if let Some(line) = line {
                assert_eq!(trouble.line, Some(line), "{what}: {}", trouble.reason);
            }
        }
        assert!(broken >= 10, "only {broken} were found to be broken");
    }

    #[test]
    fn the_readers_own_words_are_put_plainly() {
        let plain = |message: &str| super::of(message, "", None);
        for (message, expected) in [
            ("unexpected event: expected mapping start at line 1, column 1", "a name with its values"),
            ("unexpected event: expected sequence start", "a list"),
            ("invalid type: sequence, expected a string", "a single text"),
            ("invalid type: string \"x\", expected a boolean", "true or false"),
            ("missing field `name`", "missing: name"),
            ("mapping values are not allowed in this context", "look at its spacing, colons and quotes"),
        ] {
            assert!(plain(message).contains(expected), "{message}: {}", plain(message));
        }
    }

    #[test]
    fn quotations_are_emptied() {
        let clean = |message: &str| super::of(message, "", None);
        assert_eq!(clean("wrong text \"a \\\" b\", not `name`"), "wrong text \"…\", not `name`");
        assert_eq!(clean("integer `12345`"), "integer `…`");
        assert_eq!(clean("found \"open"), "found …");
    }
}
