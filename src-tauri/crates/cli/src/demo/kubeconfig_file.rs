//! The file through which others find the demo cluster.

use std::{
    env,
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
};

use cluster::KubeconfigSources;

use crate::error::Error;

/// The context of every demo cluster's kubeconfig; a file with this context alone is one.
const CONTEXT: &str = "culvert-demo";

/// A kubeconfig that is removed when this is dropped, unless somebody changed it.
#[derive(Debug)]
pub(super) struct KubeconfigFile {
    path: PathBuf,
    content: String,
}

impl KubeconfigFile {
    /// Writes the file in one go, readable by its owner alone: it holds a token.
    ///
    /// # Errors
    /// [`Error::NotOurs`] when there is another file of that name, [`Error::Write`].
    pub(super) async fn write(path: PathBuf, content: String) -> Result<Self, Error> {
        if path.symlink_metadata().is_ok() && !is_of_a_demo(&path).await {
            return Err(Error::NotOurs(path));
        }
        let path = std::path::absolute(&path).map_err(|source| Error::Write { path, source })?;
        place(&path, &content).map_err(|source| Error::Write { path: path.clone(), source })?;
        Ok(Self { path, content })
    }

    /// Where it is; absolute.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for KubeconfigFile {
    fn drop(&mut self) {
        if fs::read_to_string(&self.path).is_ok_and(|content| content == self.content) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A file of this process in the user's runtime directory, else cache directory, else the directory for temporary files.
///
/// # Errors
/// [`Error::Write`] when the directory cannot be made.
pub(super) fn default_path() -> Result<PathBuf, Error> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let directory = absolute("XDG_RUNTIME_DIR")
        .filter(|path| path.is_dir())
        .or_else(|| absolute("XDG_CACHE_HOME"))
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .unwrap_or_else(env::temp_dir)
        .join("culvert");
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(&directory) {
        Ok(()) => Ok(directory.join(format!("demo-{}.yaml", process::id()))),
        Err(source) => Err(Error::Write { path: directory, source }),
    }
}

/// Whether a file is left over from a demo cluster, or of one that runs.
async fn is_of_a_demo(path: &Path) -> bool {
    let catalog = KubeconfigSources::from_files(vec![path.to_owned()]).catalog().await;
    catalog.problems.is_empty() && matches!(catalog.contexts.as_slice(), [only] if only.name == CONTEXT)
}

/// Through a file beside it, so that nobody ever reads half of it.
fn place(path: &Path, content: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.{}", process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let placed = file.write_all(content.as_bytes()).and_then(|()| fs::rename(&draft, path));
    if placed.is_err() {
        let _ = fs::remove_file(&draft);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = "contexts: [{name: culvert-demo, context: {cluster: a}}]\n";

    #[tokio::test]
    async fn only_a_demo_s_kubeconfig_is_replaced_or_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config");
        for precious in ["contexts: [{name: prod, context: {cluster: a}}]", "not: [yaml", ""] {
            fs::write(&path, precious).unwrap();
            let refused = KubeconfigFile::write(path.clone(), DEMO.into()).await;
            assert!(matches!(refused, Err(Error::NotOurs(_))), "{precious}");
            assert_eq!(fs::read_to_string(&path).unwrap(), precious);
        }

        fs::write(&path, DEMO).unwrap();
        let file = KubeconfigFile::write(path.clone(), format!("{DEMO}# new\n")).await.unwrap();
        assert!(fs::read_to_string(&path).unwrap().ends_with("# new\n"));
        drop(file);
        assert!(!path.exists());

        let file = KubeconfigFile::write(path.clone(), DEMO.into()).await.unwrap();
        fs::write(&path, "changed by somebody").unwrap();
        drop(file);
        assert!(path.exists());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no draft is left");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let file = KubeconfigFile::write(directory.path().join("config"), DEMO.into()).await.unwrap();
        assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_directory_that_is_not_there_is_named() {
        let error = KubeconfigFile::write("/no/such/directory/config".into(), DEMO.into()).await.unwrap_err();
        assert!(error.to_string().starts_with("/no/such/directory/config cannot be written"), "{error}");
    }
}
