//! Damage, crashes and other versions: nothing is ever lost.

use tempfile::TempDir;

use super::*;
use crate::profile::{Profile, tests::profile};

type ProfileFile = StoreFile<Vec<Profile>>;

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("settings/profiles.json");
    (directory, path)
}

fn names(loaded: &Loaded<Vec<Profile>>) -> Vec<&str> {
    loaded.content.iter().map(|profile| profile.name.as_str()).collect()
}

/// A file with `old` as its backup and `new` as its content.
fn saved_twice(path: &Path) {
    let file = ProfileFile::new(path.to_owned());
    file.save(&vec![profile("old")]).unwrap();
    file.save(&vec![profile("new")]).unwrap();
}

#[test]
fn nothing_there_is_an_empty_list() {
    let (_directory, path) = place();
    let loaded = ProfileFile::new(path).load();
    assert!(loaded.content.is_empty() && loaded.finding.is_none());
}

#[test]
fn what_is_saved_is_loaded_and_what_was_before_is_the_backup() {
    let (_directory, path) = place();
    saved_twice(&path);
    let loaded = ProfileFile::new(path.clone()).load();
    assert_eq!(loaded.content, [profile("new")]);
    assert!(loaded.finding.is_none());
    let backup = Vec::<Profile>::read(&fs::read(with_suffix(&path, ".backup")).unwrap()).unwrap();
    assert_eq!(backup, [profile("old")]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it_even_after_a_leftover_of_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_directory, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let leftover = with_suffix(&path, ".new");
    fs::write(&leftover, "{").unwrap();
    fs::set_permissions(&leftover, fs::Permissions::from_mode(0o644)).unwrap();
    saved_twice(&path);
    for file in [path.clone(), with_suffix(&path, ".backup")] {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
}

#[test]
fn a_write_that_was_cut_short_changes_nothing() {
    let (_directory, path) = place();
    saved_twice(&path);
    let whole = fs::read(&path).unwrap();
    // What a kill leaves at each moment before the rename.
    for written in [0, 1, whole.len() / 2, whole.len()] {
        fs::write(with_suffix(&path, ".new"), &whole[..written]).unwrap();
        fs::write(with_suffix(&path, ".backup.new"), &whole[..written]).unwrap();
        let loaded = ProfileFile::new(path.clone()).load();
        assert_eq!(names(&loaded), ["new"]);
        assert!(loaded.finding.is_none());
    }
    ProfileFile::new(path.clone()).save(&vec![profile("newest")]).unwrap();
    assert_eq!(names(&ProfileFile::new(path).load()), ["newest"]);
}

#[test]
fn a_broken_file_is_set_aside_and_the_backup_is_used() {
    for damage in ["", "{", "null", "{\"profiles\":[]}", "{\"schema\":1}", "{\"schema\":1,\"profiles\":[{}]}"]
    {
        let (_directory, path) = place();
        saved_twice(&path);
        fs::write(&path, damage).unwrap();
        let file = ProfileFile::new(path.clone());
        let loaded = file.load();
        assert_eq!(names(&loaded), ["old"], "{damage}");
        let Some(Finding::SetAside { to, backup_used: true, .. }) = loaded.finding else {
            panic!("{damage}: {loaded:?}")
        };
        assert_eq!(fs::read_to_string(&to).unwrap(), damage);
        // A crash before the next save loses nothing either.
        assert_eq!(names(&ProfileFile::new(path.clone()).load()), ["old"]);
        file.save(&vec![profile("next")]).unwrap();
        assert_eq!(names(&ProfileFile::new(path).load()), ["next"]);
        assert_eq!(fs::read_to_string(&to).unwrap(), damage);
    }
}

#[test]
fn a_broken_file_never_replaces_the_backup_or_another_broken_file() {
    let (_directory, path) = place();
    saved_twice(&path);
    let file = ProfileFile::new(path.clone());
    let mut aside = Vec::new();
    for damage in ["first", "second", "third"] {
        fs::write(&path, damage).unwrap();
        let Some(Finding::SetAside { to, .. }) = file.load().finding else { panic!() };
        assert_eq!(fs::read_to_string(&to).unwrap(), damage);
        aside.push(to);
    }
    aside.dedup();
    assert_eq!(aside.len(), 3);
    fs::write(&path, "written by something else while we run").unwrap();
    file.save(&vec![profile("next")]).unwrap();
    let backup = Vec::<Profile>::read(&fs::read(with_suffix(&path, ".backup")).unwrap()).unwrap();
    assert_eq!(backup, [profile("old")]);
}

#[test]
fn without_a_good_backup_the_list_is_empty_and_the_broken_file_is_kept() {
    let (_directory, path) = place();
    saved_twice(&path);
    fs::write(&path, "{").unwrap();
    fs::write(with_suffix(&path, ".backup"), "}").unwrap();
    let loaded = ProfileFile::new(path).load();
    assert!(loaded.content.is_empty());
    assert!(matches!(loaded.finding, Some(Finding::SetAside { backup_used: false, .. })));
}

#[test]
fn a_newer_file_is_left_alone_and_every_save_refused() {
    let newer = "{\"schema\":2,\"profiles\":{\"by\":\"a later version\"}}";
    for broken_beside_it in [false, true] {
        let (_directory, path) = place();
        saved_twice(&path);
        // Where the file itself is broken, a newer backup is worth as much.
        let newer_file = if broken_beside_it { with_suffix(&path, ".backup") } else { path.clone() };
        if broken_beside_it {
            fs::write(&path, "{").unwrap();
        }
        fs::write(&newer_file, newer).unwrap();
        let file = ProfileFile::new(path);
        let loaded = file.load();
        assert!(loaded.content.is_empty());
        assert!(matches!(loaded.finding, Some(Finding::Untouchable(Error::StoreNewer { found: 2, .. }))));
        let refused = file.save(&vec![profile("mine")]);
        assert!(matches!(refused, Err(Error::StoreNewer { found: 2, known: 1, .. })), "{refused:?}");
        assert_eq!(fs::read_to_string(&newer_file).unwrap(), newer);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_never_written() {
    let (_directory, path) = place();
    // A directory in its place: cannot be read as a file, whoever runs the test.
    fs::create_dir_all(&path).unwrap();
    let file = ProfileFile::new(path.clone());
    assert!(matches!(file.load().finding, Some(Finding::Untouchable(Error::StoreUnreadable { .. }))));
    assert!(matches!(file.save(&vec![]), Err(Error::StoreUnreadable { .. })));
    assert!(path.is_dir());
}

#[test]
fn a_lost_file_comes_back_from_the_backup() {
    let (_directory, path) = place();
    saved_twice(&path);
    fs::remove_file(&path).unwrap();
    let loaded = ProfileFile::new(path).load();
    assert_eq!(names(&loaded), ["old"]);
    assert!(matches!(loaded.finding, Some(Finding::BackupUsed { .. })));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let (directory, path) = place();
    let real = directory.path().join("elsewhere.json");
    ProfileFile::new(real.clone()).save(&vec![profile("old")]).unwrap();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&real, &path).unwrap();
    ProfileFile::new(path.clone()).save(&vec![profile("new")]).unwrap();
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert_eq!(names(&ProfileFile::new(real).load()), ["new"]);
}

#[test]
fn a_file_from_before_there_were_pins_is_read_as_it_was() {
    let (_directory, path) = place();
    let file = ProfileFile::new(path.clone());
    file.save(&vec![profile("a")]).unwrap();
    let mut content: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for pin in ["transport", "route"] {
        assert_eq!(content["profiles"][0].as_object_mut().unwrap().remove(pin).unwrap(), "automatic");
    }
    fs::write(&path, content.to_string()).unwrap();
    let loaded = file.load();
    assert_eq!(loaded.content, [profile("a")]);
    assert!(loaded.finding.is_none());
}

/// As Culvert wrote it before a profile had options.
const BEFORE_OPTIONS: &str = r#"{
  "schema": 1,
  "profiles": [
    {
      "id": "id-of-a",
      "name": "a",
      "context": { "kind": "kubeconfig", "name": "work" },
      "namespace": "default",
      "target": { "kind": "deployment", "name": "echo" },
      "ports": [{ "mapping": ":5000", "lastLocal": 41234 }],
      "bindAddress": "localhost",
      "transport": "automatic",
      "route": "automatic",
      "keepUnusedMinutes": 10,
      "on": true
    }
  ]
}"#;

#[test]
fn a_file_from_before_there_were_options_is_read_as_it_was() {
    let (_directory, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, BEFORE_OPTIONS).unwrap();
    let file = ProfileFile::new(path);
    let loaded = file.load();
    let as_it_was = Profile { keep_unused_minutes: Some(10), ..profile("a") };
    assert_eq!(loaded.content, std::slice::from_ref(&as_it_was));
    assert!(loaded.finding.is_none());
    file.save(&loaded.content).unwrap();
    assert_eq!(file.load().content, [as_it_was]);
}
