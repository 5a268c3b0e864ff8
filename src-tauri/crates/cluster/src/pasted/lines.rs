//! Commands in a pasted text, word by word.

use wording::{Text, text};

/// As many letters in a row that stand for hidden ones are no password.
const SHORTEST_HIDDEN: usize = 3;

/// What ends a command in a shell.
const ENDS: [&str; 5] = ["&&", "||", ";", "|", "&"];

/// Each command of a text as a shell reads it, as far as it can be read. Lines that go on in the next one are joined; quotes
/// and dashes that chat programs made nice are made plain again.
pub(super) fn commands(text: &str) -> Vec<Vec<String>> {
    let text = plain(text);
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    let mut rest = text.lines().map(str::trim).peekable();
    while let Some(trimmed) = rest.next() {
        let (content, continues) = match rest_follows(trimmed, rest.peek().copied()) {
            Some(content) => (content, true),
            None => (trimmed, false),
        };
        match lines.last_mut() {
            Some(last) if goes_on || (is_wrapped(trimmed) && !last.is_empty()) => {
                last.push(' ');
                last.push_str(content);
            }
            _ => lines.push(content.to_owned()),
        }
        goes_on = continues;
    }
    lines.iter().flat_map(|line| pieces(line)).filter_map(|piece| words(&piece)).collect()
}

/// A line that was wrapped begins with an option.
fn is_wrapped(line: &str) -> bool {
    line.starts_with('-') && line.len() > 1 && !line.starts_with("- ")
}

/// The line without what says that its command goes on in the `next` one: a backslash in a shell, `^` in Windows' own, and a
/// backtick in PowerShell, unless it closes a piece of code in a text. A `^` that ends a word is a part of it only where the
/// next line is none of a command: few passwords end so, and no token.
fn rest_follows<'a>(line: &'a str, next: Option<&str>) -> Option<&'a str> {
    if let Some(rest) = line.strip_suffix('\\') {
        return Some(rest);
    }
    if let Some(rest) = line.strip_suffix('^') {
        let is_apart = rest.is_empty() || rest.ends_with(char::is_whitespace);
        let is_one_word = |next: &str| !next.is_empty() && !next.contains(char::is_whitespace);
        return (is_apart || next.is_some_and(|next| is_wrapped(next) || is_one_word(next))).then_some(rest);
    }
    let rest = line.strip_suffix('`')?;
    (line.matches('`').count() % 2 == 1).then_some(rest)
}

/// The words after a command's name. `name` is the program, with or without `.exe`
/// or a path.
pub(super) fn after<'a>(line: &'a [String], names: &[&str], command: &str) -> Option<&'a [String]> {
    let is_program = |word: &String| {
        let file = word.rsplit(['/', '\\']).next().unwrap_or_default();
        let file = file.strip_suffix(".exe").unwrap_or(file);
        names.contains(&file)
    };
    // Options of the program itself may come between.
    let program = line
        .windows(2)
        .position(|pair| is_program(&pair[0]) && (pair[1] == command || pair[1].starts_with("--")))?;
    let rest = &line[program + 1..];
    let place = rest.iter().position(|word| !(word.starts_with("--") && word.contains('=')))?;
    if rest[place] != command {
        return None;
    }
    Some(&rest[place + 1..])
}

/// An option and its value: `--name=value`, `--name value`, `-n value`, `-nvalue`.
pub(super) struct Options<'a> {
    words: std::slice::Iter<'a, String>,
    /// Those without a value.
    flags: &'static [&'static str],
}

/// One word, or two that belong together.
pub(super) enum Word<'a> {
    Option(&'a str, Option<&'a str>),
    Plain(&'a str),
}

impl<'a> Options<'a> {
    pub(super) fn of(words: &'a [String], flags: &'static [&'static str]) -> Self {
        Self { words: words.iter(), flags }
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        // Nothing by itself; as an option's value it keeps the next word from being taken for that.
        let word = self.words.find(|word| !word.is_empty())?.as_str();
        if let Some(name) = word.strip_prefix("--") {
            return Some(match name.split_once('=') {
                Some((name, value)) => Word::Option(name, Some(value)),
                None if self.flags.contains(&name) => Word::Option(name, None),
                None => Word::Option(name, self.words.next().map(String::as_str)),
            });
        }
        let Some(short) = word.strip_prefix('-').filter(|short| !short.is_empty()) else {
            return Some(Word::Plain(word));
        };
        let end = short.chars().next().map_or(0, char::len_utf8);
        let (name, value) = short.split_at(end);
        let value = value.strip_prefix('=').unwrap_or(value);
        Some(if self.flags.contains(&name) {
            Word::Option(name, None)
        } else if value.is_empty() {
            Word::Option(name, self.words.next().map(String::as_str))
        } else {
            Word::Option(name, Some(value))
        })
    }
}

/// Whether a value stands for another one, and what it is then.
pub(super) fn placeholder(value: &str) -> Option<Text> {
    let is_hidden = |c: char| matches!(c, '*' | 'x' | 'X' | '.' | '…' | '•');
    if value.is_empty() {
        Some(text!("is empty", "ist leer"))
    } else if value.starts_with("$(")
        || value.starts_with('$')
        || value.starts_with('%') && value.ends_with('%')
    {
        Some(text!(
            "stands for something that only your shell knows; put in what it stands for",
            "steht für etwas, das nur Ihre Shell kennt; setzen Sie ein, wofür es steht"
        ))
    } else if value.starts_with('<') || value.ends_with('>') || value.starts_with('[') {
        Some(text!(
            "is a placeholder; put in the real one",
            "ist ein Platzhalter; setzen Sie den echten Wert ein"
        ))
    } else if value == "REDACTED" || (value.len() >= SHORTEST_HIDDEN && value.chars().all(is_hidden)) {
        Some(text!(
            "was made unreadable; copy the command from where it is whole",
            "wurde unleserlich gemacht; kopieren Sie den Befehl von dort, wo er ganz steht"
        ))
    } else {
        None
    }
}

fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' => plain.push('"'),
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => plain.push('\''),
            // Nice programs make a long dash of two short ones.
            '\u{2013}' | '\u{2014}' => plain.push_str("--"),
            '\u{2010}' | '\u{2011}' | '\u{2212}' => plain.push('-'),
            '\u{a0}' | '\u{202f}' | '\u{2007}' => plain.push(' '),
            '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' | '\r' => {}
            c => plain.push(c),
        }
    }
    plain
}

/// The commands of a line, still quoted: those that a shell takes apart, and pieces of code in a text.
fn pieces(line: &str) -> Vec<String> {
    let mut cutter = Cutter::default();
    cutter.cut(line);
    if cutter.quote.is_some() {
        // A quote that is not closed, as in prose or half a command: its words are of use all the same.
        let without: String = line.chars().filter(|c| !matches!(c, '"' | '\'')).collect();
        cutter = Cutter::default();
        cutter.cut(&without);
    }
    cutter.end_command();
    cutter.commands
}

/// Cuts a line into commands. What is in quotes stays as it is.
#[derive(Default)]
struct Cutter {
    commands: Vec<String>,
    /// The one that is being read, and where its last word begins.
    command: String,
    word: usize,
    /// The quote that is open.
    quote: Option<char>,
    /// A backtick is open, and what comes after it is a command of its own.
    in_code: bool,
}

impl Cutter {
    fn cut(&mut self, line: &str) {
        // A path of Windows, where a backslash is just that.
        let is_windows =
            line.as_bytes().windows(3).any(|three| three[0].is_ascii_alphabetic() && &three[1..] == b":\\");
        // Of code in a text, too.
        let ends_after = |c: char| c.is_whitespace() || c == '`';
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            let rest = chars.as_str();
            match (c, self.quote) {
                ('\\', None | Some('"')) => {
                    self.command.push(c);
                    self.command.extend(if is_windows { Some(c) } else { chars.next() });
                }
                (_, Some(quote)) => {
                    self.quote = self.quote.filter(|_| c != quote);
                    self.command.push(c);
                }
                ('\'', None) if self.is_apostrophe(rest) => self.command.push_str("\\'"),
                ('"' | '\'', None) => {
                    self.quote = Some(c);
                    self.command.push(c);
                }
                ('`', None) => self.backtick(rest),
                (';', None) if rest.is_empty() || rest.starts_with(ends_after) => self.end_command(),
                (c, None) if c.is_whitespace() => {
                    self.end_word();
                    self.command.push(c);
                    self.word = self.command.len();
                }
                (c, None) => self.command.push(c),
            }
        }
        self.end_word();
    }

    /// One in a word such as `don't`, which opens no quote; in `-p'secret'` it does, and in `abc'def'`. `rest` comes after it.
    fn is_apostrophe(&self, rest: &str) -> bool {
        let word = &self.command[self.word..];
        let is_closed = rest.split(char::is_whitespace).next().is_some_and(|rest| rest.contains('\''));
        word.ends_with(char::is_alphabetic) && word.starts_with(char::is_alphabetic) && !is_closed
    }

    /// Code in a text stands between these; `rest` comes after it. One word alone is a part of a command only.
    fn backtick(&mut self, rest: &str) {
        let opens_command =
            rest.split_once('`').is_some_and(|(code, _)| code.trim().contains(char::is_whitespace));
        if self.in_code || opens_command {
            self.in_code = !self.in_code;
            self.end_command();
        } else {
            self.command.push(' ');
            self.word = self.command.len();
        }
    }

    fn end_word(&mut self) {
        if ENDS.contains(&&self.command[self.word..]) {
            self.command.truncate(self.word);
            self.end_command();
        }
    }

    fn end_command(&mut self) {
        self.commands.push(std::mem::take(&mut self.command));
        self.word = 0;
    }
}

fn words(command: &str) -> Option<Vec<String>> {
    // root's prompt would make a comment of the command.
    let words = shlex::split(command.trim_start().trim_start_matches("# "))?;
    (!words.is_empty()).then_some(words)
}
