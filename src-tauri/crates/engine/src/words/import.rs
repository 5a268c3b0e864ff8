//! What is wrong with a file that somebody wants to take forwards from, or to write them to. Nothing in it is quoted but
//! names of fields, since it may hold a sign-in.

use std::{io, path::Path};

use wording::{Text, text};

use super::sentence;
use crate::{
    import::ImportKind,
    problem::{Problem, ProblemCode},
};

/// Letters of a name that is not one of a forward yet.
const LONGEST_NAME: usize = 80;

/// Its path does not begin at the beginning. Reading and writing alike.
pub(crate) fn path_not_whole(path: &str) -> Problem {
    let path = short(path);
    let why = if path.trim().is_empty() {
        text!("No file is named.", "Es ist keine Datei angegeben.")
    } else {
        text!("\"{path}\" does not say where it is.", "„{path}“ sagt nicht, wo sie liegt.")
    };
    bad_file(
        text!("This is not the path of a file.", "Das ist kein Pfad einer Datei."),
        why,
        text!(
            "Give the whole path of the file, from the beginning, or choose it.",
            "Geben Sie den ganzen Pfad der Datei an, von Anfang an, oder wählen Sie sie aus."
        ),
    )
}

/// The system does not give it.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let path = path.display();
    let why = text!(
        "{path} cannot be read: {reason}",
        "{path} kann nicht gelesen werden: {reason}"; reason = reason_of(error)
    );
    let remedy = text!(
        "Choose another file, or allow reading this one.",
        "Wählen Sie eine andere Datei, oder erlauben Sie, diese zu lesen."
    );
    bad_file(not_read(), why, remedy)
}

/// Something is there that may still be needed.
pub(crate) fn file_exists(path: &Path) -> Problem {
    let path = path.display();
    Problem::new(
        ProblemCode::FileExists,
        text!("There is a file of that name already.", "Es gibt schon eine Datei dieses Namens."),
        text!("{path} would be replaced.", "{path} würde ersetzt."),
        text!(
            "Choose another name, or replace the file.",
            "Wählen Sie einen anderen Namen, oder ersetzen Sie die Datei."
        ),
    )
}

/// The system does not take it.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Problem {
    let path = path.display();
    let why = text!(
        "{path} cannot be written: {reason}",
        "{path} kann nicht geschrieben werden: {reason}"; reason = reason_of(error)
    );
    let remedy = text!(
        "Choose another place, or make room there.",
        "Wählen Sie einen anderen Ort, oder schaffen Sie dort Platz."
    );
    bad_file(not_written(), why, remedy)
}

/// It has more bytes than any list of forwards.
pub(crate) fn too_large(most: u64) -> Problem {
    let most = most >> 20;
    let why = text!(
        "It is larger than {most} MiB, which no list of forwards is.",
        "Sie ist größer als {most} MiB; so groß ist keine Liste von Weiterleitungen."
    );
    bad_file(not_read(), why, choose_an_export())
}

/// It is not text.
pub(crate) fn not_text() -> Problem {
    bad_file(not_read(), text!("It is not a text file.", "Sie ist keine Textdatei."), choose_an_export())
}

/// Nothing is in it.
pub(crate) fn empty() -> Problem {
    bad_file(not_read(), text!("It is empty.", "Sie ist leer."), export_again())
}

/// It is text, but not JSON.
pub(crate) fn not_json(line: usize, column: usize) -> Problem {
    let why = text!(
        "It is not JSON, or was cut off: line {line}, column {column} is not understood.",
        "Sie ist kein JSON oder wurde abgeschnitten: Zeile {line}, Spalte {column} ist nicht verständlich."
    );
    bad_file(not_read(), why, export_again())
}

/// It is JSON, but of nobody that is known.
pub(crate) fn unknown_kind() -> Problem {
    bad_file(
        not_read(),
        text!(
            "It is JSON, but not a list of forwards that Culvert, kftray or kube-forwarder writes.",
            "Sie ist JSON, aber keine Liste von Weiterleitungen, wie Culvert, kftray oder kube-forwarder sie schreibt."
        ),
        text!(
            "Choose a file that one of these has exported. A kubeconfig is added by Add cluster.",
            "Wählen Sie eine Datei, die eines davon exportiert hat. Eine kubeconfig fügen Sie mit „Cluster hinzufügen“ hinzu."
        ),
    )
}

/// Its writer was newer than its reader.
pub(crate) fn newer(program: &str, found: u64, known: u64) -> Problem {
    let why = text!(
        "A newer version of {program} wrote it: it has the format {found}, and formats up to {known} are known here.",
        "Eine neuere Version von {program} hat sie geschrieben: Sie hat das Format {found}; hier sind Formate bis {known} bekannt."
    );
    let remedy =
        text!("Install the newest version of Culvert.", "Installieren Sie die neueste Version von Culvert.");
    bad_file(not_read(), why, remedy)
}

/// Its writer was too old.
pub(crate) fn older(program: &str, found: u64, known: u64) -> Problem {
    let why = text!(
        "An old version of {program} wrote it: it has the format {found}, and Culvert reads the format {known}.",
        "Eine alte Version von {program} hat sie geschrieben: Sie hat das Format {found}, und Culvert liest das Format {known}."
    );
    let remedy = text!(
        "Open it with the newest version of {program}, and export it again.",
        "Öffnen Sie sie mit der neuesten Version von {program}, und exportieren Sie sie erneut."
    );
    bad_file(not_read(), why, remedy)
}

/// Its frame is not as that program writes it.
pub(crate) fn damaged(program: &str, reason: &Text) -> Problem {
    let why = text!(
        "It looks like a file of {program}, but is damaged: {reason}",
        "Sie sieht aus wie eine Datei von {program}, ist aber beschädigt: {reason}"; reason
    );
    bad_file(not_read(), why, export_again())
}

/// It is whole and has no forwards.
pub(crate) fn nothing_inside(kind: ImportKind) -> Problem {
    let program = match kind {
        ImportKind::Culvert => "Culvert",
        ImportKind::Kftray => "kftray",
        ImportKind::KubeForwarder => "kube-forwarder",
    };
    bad_file(
        text!("There is nothing to import.", "Es gibt nichts zu importieren."),
        text!(
            "No forwards are in this file of {program}.",
            "In dieser Datei von {program} sind keine Weiterleitungen."
        ),
        text!("Choose another file.", "Wählen Sie eine andere Datei."),
    )
}

/// It has more forwards than can be saved.
pub(crate) fn too_many_inside(count: usize, most: usize) -> Problem {
    let why = text!(
        "It has {count} forwards, and at most {most} can be saved.",
        "Sie hat {count} Weiterleitungen, und höchstens {most} können gespeichert werden."
    );
    bad_file(not_read(), why, text!("Export fewer of them at once.", "Exportieren Sie weniger auf einmal."))
}

/// What was shown is not what there is now.
pub(crate) fn preview_is_old() -> Problem {
    nothing_imported(
        text!(
            "Your forwards or the file's preview have changed since it was shown.",
            "Ihre Weiterleitungen oder die Vorschau der Datei haben sich seither geändert."
        ),
        look_again(),
    )
}

/// A command names something that a preview does not have, or that cannot be done.
pub(crate) fn cannot_import(name: &str) -> Problem {
    let name = short(name);
    nothing_imported(
        text!(
            "The forward {name} of the file cannot be taken over like this.",
            "Die Weiterleitung {name} der Datei kann so nicht übernommen werden."
        ),
        look_again(),
    )
}

/// Nothing was chosen to write.
pub(crate) fn nothing_to_export() -> Problem {
    bad_file(
        not_written(),
        text!("There are no forwards to write.", "Es gibt keine Weiterleitungen zu schreiben."),
        text!(
            "Make a forward first, or choose others.",
            "Legen Sie zuerst eine Weiterleitung an, oder wählen Sie andere."
        ),
    )
}

/// The import was undone already, or too many came after it.
pub(crate) fn unknown_import() -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        text!(
            "This import cannot be undone any more.",
            "Dieser Import kann nicht mehr rückgängig gemacht werden."
        ),
        text!(
            "It was undone already, or is too long ago.",
            "Er wurde schon rückgängig gemacht, oder er ist zu lange her."
        ),
        text!("Delete what is not wanted.", "Löschen Sie, was Sie nicht wollen."),
    )
}

/// Why a draft is none, in one line.
pub(crate) fn reason(problem: &Problem) -> Text {
    sentence(&Text::join([&problem.what, &problem.why], " "))
}

/// A name as far as it can be shown.
pub(crate) fn short(name: &str) -> String {
    let mut cut: String = name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
    if cut.len() < name.len() {
        cut.push('…');
    }
    cut
}

/// What an entry without a name is called: it may be saved under it, and so stays as it is.
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

pub(crate) fn no_object() -> Text {
    text!("It is not an object with fields.", "Es ist kein Objekt mit Feldern.")
}

pub(crate) fn no_text(field: &str) -> Text {
    text!("The field {field} is not text.", "Das Feld {field} ist kein Text.")
}

pub(crate) fn field_missing(field: &str) -> Text {
    text!("The field {field} is missing or empty.", "Das Feld {field} fehlt oder ist leer.")
}

pub(crate) fn no_port(field: &str) -> Text {
    text!("The field {field} is not a number.", "Das Feld {field} ist keine Zahl.")
}

pub(crate) fn port_out_of_range(field: &str) -> Text {
    text!(
        "The field {field} is not a port: ports are numbers from 1 to 65535.",
        "Das Feld {field} ist kein Port: Ports sind Zahlen von 1 bis 65535."
    )
}

pub(crate) fn no_flag(field: &str) -> Text {
    text!("The field {field} is neither true nor false.", "Das Feld {field} ist weder true noch false.")
}

pub(crate) fn no_list(field: &str) -> Text {
    text!("The field {field} is not a list.", "Das Feld {field} ist keine Liste.")
}

pub(crate) fn not_understood(field: &str) -> Text {
    text!("The field {field} is not understood.", "Das Feld {field} ist nicht verständlich.")
}

pub(crate) fn cluster_twice() -> Text {
    text!("Two clusters have the same key.", "Zwei Cluster haben denselben Schlüssel.")
}

pub(crate) fn cluster_not_in_file() -> Text {
    text!("Its cluster is not described in the file.", "Ihr Cluster ist in der Datei nicht beschrieben.")
}

pub(crate) fn repeated() -> Text {
    text!("The file has the same forward already.", "Die Datei enthält dieselbe Weiterleitung schon.")
}

pub(crate) fn udp() -> Text {
    text!(
        "It forwards UDP, and Kubernetes carries only TCP. kftray runs a relay of its own in the cluster for that.",
        "Sie leitet UDP weiter, und Kubernetes überträgt nur TCP. kftray betreibt dafür ein eigenes Relais im Cluster."
    )
}

pub(crate) fn kftray_proxy() -> Text {
    text!(
        "It leads to an address outside of the pods, for which kftray runs a relay of its own in the cluster. Culvert puts nothing into a cluster.",
        "Sie führt zu einer Adresse außerhalb der Pods; kftray betreibt dafür ein eigenes Relais im Cluster. Culvert bringt nichts in einen Cluster."
    )
}

pub(crate) fn kftray_expose() -> Text {
    text!(
        "It makes a program of this computer reachable in the cluster, the other way around. Culvert leads from this computer into the cluster.",
        "Sie macht umgekehrt ein Programm dieses Computers im Cluster erreichbar. Culvert führt von diesem Computer in den Cluster."
    )
}

pub(crate) fn unknown_workload(field: &str) -> Text {
    text!("The field {field} names a kind that is not known.", "Das Feld {field} nennt eine unbekannte Art.")
}

pub(crate) fn no_host_name(name: &str) -> Text {
    let name = short(name);
    text!(
        "kftray makes the name {name} lead here. Culvert changes no host names: use the address of the local port.",
        "kftray lässt den Namen {name} hierher führen. Culvert ändert keine Hostnamen: Benutzen Sie die Adresse des lokalen Ports."
    )
}

pub(crate) fn no_http_logs() -> Text {
    text!(
        "kftray keeps a log of HTTP requests for it. Culvert does not look into what it carries.",
        "kftray führt dafür ein Protokoll der HTTP-Anfragen. Culvert sieht nicht in das hinein, was es überträgt."
    )
}

fn not_read() -> Text {
    text!("The file cannot be used.", "Die Datei kann nicht verwendet werden.")
}

fn not_written() -> Text {
    text!(
        "The forwards were not written to a file.",
        "Die Weiterleitungen wurden nicht in eine Datei geschrieben."
    )
}

fn choose_an_export() -> Text {
    text!(
        "Choose a file that Culvert, kftray or kube-forwarder has exported.",
        "Wählen Sie eine Datei, die Culvert, kftray oder kube-forwarder exportiert hat."
    )
}

fn export_again() -> Text {
    text!(
        "Export the forwards again, then import that file.",
        "Exportieren Sie die Weiterleitungen erneut, und importieren Sie dann diese Datei."
    )
}

fn look_again() -> Text {
    text!(
        "Look at the file once more, then import it.",
        "Sehen Sie die Datei noch einmal an, und importieren Sie sie dann."
    )
}

fn nothing_imported(why: Text, remedy: Text) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        text!("Nothing was imported.", "Es wurde nichts importiert."),
        why,
        remedy,
    )
}

fn bad_file(what: Text, why: Text, remedy: Text) -> Problem {
    Problem::new(ProblemCode::BadFile, what, why, remedy)
}

fn reason_of(error: &io::Error) -> Text {
    match error.kind() {
        io::ErrorKind::NotFound => text!(
            "there is no such file or directory.",
            "Es gibt keine solche Datei und keinen solchen Ordner."
        ),
        io::ErrorKind::PermissionDenied => text!("it is not allowed.", "Das ist nicht erlaubt."),
        io::ErrorKind::IsADirectory => text!("it is a directory.", "Das ist ein Ordner."),
        _ => Text::verbatim(format!("{error}.")),
    }
}
