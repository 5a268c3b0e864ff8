//! A person at OpenShift's sign-in page: the form is filled in and sent, and the redirect to this computer followed.

/// The program that plays the browser.
pub const PROGRAM: &str = "curl";

/// Its arguments: whatever certificate the page has, the person knows it. The page's address is the last one.
#[must_use]
pub fn arguments(user: &str, password: &str) -> Vec<String> {
    let form = format!("username={user}&password={password}");
    ["--insecure", "--silent", "--location", "--data", &form].map(str::to_owned).to_vec()
}
