//! kubeconfigs

use super::BadInput;

pub(crate) async fn table() -> Vec<BadInput> {
    Vec::new()
}
