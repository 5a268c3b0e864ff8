//! What is wrong with a file that somebody wants to take forwards from, or to write them to. Nothing in it is quoted but
//! names of fields, since it may hold a sign-in.

use std::{io, path::Path};

use super::sentence;
use crate::{
    import::ImportKind,
    problem::{Problem, ProblemCode},
};

const NOT_READ: &str = "The file cannot be used.";
const NOT_WRITTEN: &str = "The forwards were not written to a file.";

/// Letters of a name that is not one of a forward yet.
const LONGEST_NAME: usize = 80;

/// Its path does not begin at the beginning. Reading and writing alike.
pub(crate) fn path_not_whole(path: &str) -> Problem {
    let why = if path.trim().is_empty() {
        "No file is named.".to_owned()
    } else {
        format!("\"{}\" does not say where it is.", short(path))
    };
    bad_file(
        "This is not the path of a file.",
        &why,
        "Give the whole path of the file, from the beginning, or choose it.",
    )
}

/// The system does not give it.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let why = format!("{} cannot be read: {}", path.display(), reason_of(error));
    bad_file(NOT_READ, &why, "Choose another file, or allow reading this one.")
}

/// The system does not take it.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Problem {
    let why = format!("{} cannot be written: {}", path.display(), reason_of(error));
    bad_file(NOT_WRITTEN, &why, "Choose another place, or make room there.")
}

/// It has more bytes than any list of forwards.
pub(crate) fn too_large(most: u64) -> Problem {
    let why = format!("It is larger than {} MiB, which no list of forwards is.", most >> 20);
    bad_file(NOT_READ, &why, "Choose a file that Culvert, kftray or kube-forwarder has exported.")
}

/// It is not text.
pub(crate) fn not_text() -> Problem {
    bad_file(
        NOT_READ,
        "It is not a text file.",
        "Choose a file that Culvert, kftray or kube-forwarder has exported.",
    )
}

/// Nothing is in it.
pub(crate) fn empty() -> Problem {
    bad_file(NOT_READ, "It is empty.", "Export the forwards again, then import that file.")
}

/// It is text, but not JSON.
pub(crate) fn not_json(line: usize, column: usize) -> Problem {
    let why = format!("It is not JSON, or was cut off: line {line}, column {column} is not understood.");
    bad_file(NOT_READ, &why, "Export the forwards again, then import that file.")
}

/// It is JSON, but of nobody that is known.
pub(crate) fn unknown_kind() -> Problem {
    bad_file(
        NOT_READ,
        "It is JSON, but not a list of forwards that Culvert, kftray or kube-forwarder writes.",
        "Choose a file that one of these has exported. A kubeconfig is added by Add cluster.",
    )
}

/// Its writer was newer than its reader.
pub(crate) fn newer(program: &str, found: u64, known: u64) -> Problem {
    let why = format!(
        "A newer version of {program} wrote it: it has the format {found}, and formats up to {known} are known here."
    );
    bad_file(NOT_READ, &why, "Install the newest version of Culvert.")
}

/// Its writer was too old.
pub(crate) fn older(program: &str, found: u64, known: u64) -> Problem {
    let why = format!(
        "An old version of {program} wrote it: it has the format {found}, and Culvert reads the format {known}."
    );
    bad_file(NOT_READ, &why, &format!("Open it with the newest version of {program}, and export it again."))
}

/// Its frame is not as that program writes it.
pub(crate) fn damaged(program: &str, reason: &str) -> Problem {
    let why = format!("It looks like a file of {program}, but is damaged: {reason}");
    bad_file(NOT_READ, &why, "Export the forwards again, then import that file.")
}

/// It is whole and has no forwards.
pub(crate) fn nothing_inside(kind: ImportKind) -> Problem {
    let program = match kind {
        ImportKind::Culvert => "Culvert",
        ImportKind::Kftray => "kftray",
        ImportKind::KubeForwarder => "kube-forwarder",
    };
    bad_file(
        "There is nothing to import.",
        &format!("No forwards are in this file of {program}."),
        "Choose another file.",
    )
}

/// It has more forwards than can be saved.
pub(crate) fn too_many_inside(count: usize, most: usize) -> Problem {
    let why = format!("It has {count} forwards, and at most {most} can be saved.");
    bad_file(NOT_READ, &why, "Export fewer of them at once.")
}

/// What was shown is not what there is now.
pub(crate) fn preview_is_old() -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        "Nothing was imported.",
        "Your forwards or the file's preview have changed since it was shown.",
        "Look at the file once more, then import it.",
    )
}

/// A command names something that a preview does not have, or that cannot be done.
pub(crate) fn cannot_import(name: &str) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        "Nothing was imported.",
        format!("The forward {} of the file cannot be taken over like this.", short(name)),
        "Look at the file once more, then import it.",
    )
}

/// Nothing was chosen to write.
pub(crate) fn nothing_to_export() -> Problem {
    bad_file(NOT_WRITTEN, "There are no forwards to write.", "Make a forward first, or choose others.")
}

/// The import was undone already, or too many came after it.
pub(crate) fn unknown_import() -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        "This import cannot be undone any more.",
        "It was undone already, or is too long ago.",
        "Delete what is not wanted.",
    )
}

/// Why a draft is none, in one line.
pub(crate) fn reason(problem: &Problem) -> String {
    sentence(&format!("{} {}", problem.what, problem.why))
}

/// A name as far as it can be shown.
pub(crate) fn short(name: &str) -> String {
    let mut cut: String = name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
    if cut.len() < name.len() {
        cut.push('…');
    }
    cut
}

/// What an entry without a name is called.
pub(crate) fn nameless(number: usize) -> String {
    format!("Entry {number}")
}

/// What the current context is called before it is known.
pub(crate) fn current_context() -> String {
    "current context".to_owned()
}

/// What a cluster is called that is not there any more.
pub(crate) fn removed_cluster() -> String {
    "removed cluster".to_owned()
}

pub(crate) fn no_object() -> String {
    "It is not an object with fields.".to_owned()
}

pub(crate) fn no_text(field: &str) -> String {
    format!("The field {field} is not text.")
}

pub(crate) fn field_missing(field: &str) -> String {
    format!("The field {field} is missing or empty.")
}

pub(crate) fn no_port(field: &str) -> String {
    format!("The field {field} is not a number.")
}

pub(crate) fn port_out_of_range(field: &str) -> String {
    format!("The field {field} is not a port: ports are numbers from 1 to 65535.")
}

pub(crate) fn no_flag(field: &str) -> String {
    format!("The field {field} is neither true nor false.")
}

pub(crate) fn no_list(field: &str) -> String {
    format!("The field {field} is not a list.")
}

pub(crate) fn not_understood(field: &str) -> String {
    format!("The field {field} is not understood.")
}

pub(crate) fn cluster_twice() -> String {
    "Two clusters have the same key.".to_owned()
}

pub(crate) fn cluster_not_in_file() -> String {
    "Its cluster is not described in the file.".to_owned()
}

pub(crate) fn repeated() -> String {
    "The file has the same forward already.".to_owned()
}

pub(crate) fn udp() -> String {
    "It forwards UDP, and Kubernetes carries only TCP. kftray runs a relay of its own in the cluster for that.".to_owned()
}

pub(crate) fn kftray_proxy() -> String {
    "It leads to an address outside of the pods, for which kftray runs a relay of its own in the cluster. Culvert puts nothing into a cluster.".to_owned()
}

pub(crate) fn kftray_expose() -> String {
    "It makes a program of this computer reachable in the cluster, the other way around. Culvert leads from this computer into the cluster.".to_owned()
}

pub(crate) fn unknown_workload(field: &str) -> String {
    format!("The field {field} names a kind that is not known.")
}

pub(crate) fn no_host_name(name: &str) -> String {
    format!(
        "kftray makes the name {} lead here. Culvert changes no host names: use the address of the local port.",
        short(name)
    )
}

pub(crate) fn no_http_logs() -> String {
    "kftray keeps a log of HTTP requests for it. Culvert does not look into what it carries.".to_owned()
}

fn bad_file(what: &str, why: &str, remedy: &str) -> Problem {
    Problem::new(ProblemCode::BadFile, what, why, remedy)
}

fn reason_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or directory.".to_owned(),
        io::ErrorKind::PermissionDenied => "it is not allowed.".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory.".to_owned(),
        _ => format!("{error}."),
    }
}
