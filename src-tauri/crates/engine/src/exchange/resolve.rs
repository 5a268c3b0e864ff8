//! Which cluster of this computer a cluster of a file is. Names differ from one computer to the next, and the same name may
//! mean something else; the server decides where it is known.

use super::{NamedCluster, NamedPlace, server};
use crate::{
    book::{ClusterDraft, OwnCluster},
    cluster_view::ClusterView,
    import::ImportFound,
    profile::{ClusterIdentity, ContextRef, ProfileId},
};

/// What there is here.
pub(crate) struct Surroundings<'a> {
    pub(crate) clusters: &'a [ClusterView],
    /// The current context of the person's kubeconfig.
    pub(crate) current: Option<&'a str>,
}

/// What a cluster of a file is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) found: ImportFound,
    pub(crate) context: Option<ContextRef>,
    /// What profiles will remember of it, so that a change is noticed.
    pub(crate) identity: Option<ClusterIdentity>,
    /// To be added first.
    pub(crate) added: Option<OwnCluster>,
}

/// Finds a cluster of a file here; what the person chose counts first.
pub(crate) fn resolve(
    named: &NamedCluster,
    here: &Surroundings<'_>,
    chosen: Option<&ContextRef>,
) -> Resolved {
    if let Some(context) = chosen {
        let identity = named.identity.clone().filter(|identity| match here.view(context) {
            Some(view) => server(&view.server).as_ref() == Some(&identity.server),
            // Kept as the file has it; once it is here, it has to be the same.
            None => true,
        });
        return Resolved {
            found: ImportFound::Chosen,
            context: Some(context.clone()),
            identity,
            added: None,
        };
    }
    match &named.place {
        NamedPlace::Demo => found(named, ImportFound::Here, ContextRef::Demo),
        NamedPlace::Current => match here.current {
            Some(name) => found(named, ImportFound::Here, ContextRef::kubeconfig(name)),
            None => missing(ImportFound::Missing),
        },
        NamedPlace::Removed => missing(ImportFound::Missing),
        NamedPlace::Kubeconfig { names, file } => context(named, names, file.as_deref(), here),
        NamedPlace::Own { id, draft } => own(named, id, draft, here),
    }
}

fn context(named: &NamedCluster, names: &[String], file: Option<&str>, here: &Surroundings<'_>) -> Resolved {
    let mut elsewhere = None;
    for name in names {
        // Of several files with this name: that one, or the first.
        let mut called: Vec<_> = here.contexts_called(name).collect();
        called.sort_by_key(|view| file_of(&view.context) != file);
        let fits = |view: &&&ClusterView| match (&named.server, server(&view.server)) {
            (Some(wanted), Some(there)) => *wanted == there,
            _ => true,
        };
        if let Some(view) = called.iter().find(fits) {
            return found(named, ImportFound::Here, view.context.clone());
        }
        elsewhere = elsewhere.or_else(|| called.first().map(|view| view.server.clone()));
    }
    match here.with_server(named) {
        Some(view) => other_name(named, view),
        None => missing(match elsewhere {
            Some(server) => ImportFound::Elsewhere { server },
            None => ImportFound::Missing,
        }),
    }
}

fn own(named: &NamedCluster, id: &str, draft: &ClusterDraft, here: &Surroundings<'_>) -> Resolved {
    let at_server = |view: &&ClusterView| named.server.is_some() && server(&view.server) == named.server;
    let mut own: Vec<_> = here.clusters.iter().filter(|view| view.own.is_some()).filter(at_server).collect();
    // The very one, where the file was written here.
    own.sort_by_key(|view| (view.own.as_ref().is_none_or(|own| own.id != id), view.name != named.name));
    if let Some(view) = own.first() {
        return if view.name == named.name {
            found(named, ImportFound::Here, view.context.clone())
        } else {
            other_name(named, view)
        };
    }
    if let Some(view) = here.with_server(named) {
        return other_name(named, view);
    }
    let Some(url) = server(&draft.server).filter(|_| !draft.name.trim().is_empty()) else {
        return missing(ImportFound::Missing);
    };
    // An identifier of its own: what is kept under another one is not for this server.
    let id = ProfileId::random().to_string();
    let draft = ClusterDraft { name: draft.name.trim().to_owned(), server: url, ..draft.clone() };
    let context = ContextRef::Own { id: id.clone() };
    Resolved { added: Some(OwnCluster { id, draft }), ..found(named, ImportFound::Added, context) }
}

fn found(named: &NamedCluster, found: ImportFound, context: ContextRef) -> Resolved {
    Resolved { found, context: Some(context), identity: named.identity.clone(), added: None }
}

fn other_name(named: &NamedCluster, view: &ClusterView) -> Resolved {
    found(named, ImportFound::OtherName { name: view.name.clone() }, view.context.clone())
}

fn missing(found: ImportFound) -> Resolved {
    Resolved { found, context: None, identity: None, added: None }
}

fn file_of(context: &ContextRef) -> Option<&str> {
    match context {
        ContextRef::Kubeconfig { file, .. } => file.as_deref(),
        _ => None,
    }
}

impl Surroundings<'_> {
    fn view(&self, context: &ContextRef) -> Option<&ClusterView> {
        self.clusters.iter().find(|view| view.context == *context)
    }

    fn contexts_called(&self, wanted: &str) -> impl Iterator<Item = &ClusterView> {
        let is_called = move |view: &&ClusterView| matches!(&view.context, ContextRef::Kubeconfig { name, .. } if name == wanted);
        self.clusters.iter().filter(is_called)
    }

    /// The best of those with the server that the file names: the current context, or the first.
    fn with_server(&self, named: &NamedCluster) -> Option<&ClusterView> {
        let wanted = named.server.as_ref()?;
        let mut fitting = self.clusters.iter().filter(|view| server(&view.server).as_ref() == Some(wanted));
        let first = fitting.clone().next();
        fitting.find(|view| self.current == Some(&view.name)).or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        book::{ContextMark, Trust},
        cluster_view::{OwnView, Standing},
    };

    const A: &str = "https://api.a.example:6443";
    const B: &str = "https://api.b.example:6443";

    fn view(context: ContextRef, name: &str, server: &str) -> ClusterView {
        let own = match &context {
            ContextRef::Own { id } => Some(OwnView { id: id.clone(), trust: Trust::System, namespace: None }),
            _ => None,
        };
        ClusterView {
            context,
            name: name.into(),
            hint: None,
            server: server.into(),
            standing: Standing::Unknown,
            user: None,
            expires_at_ms: None,
            expires_soon: false,
            mark: ContextMark::default(),
            sign_in_methods: Vec::new(),
            kept: None,
            own,
        }
    }

    fn kubeconfig(name: &str, file: Option<&str>) -> ContextRef {
        ContextRef::Kubeconfig { name: name.into(), file: file.map(Into::into) }
    }

    fn own_ref(id: &str) -> ContextRef {
        ContextRef::Own { id: id.into() }
    }

    fn named(name: &str, server: Option<&str>) -> NamedCluster {
        NamedCluster {
            key: name.into(),
            name: name.into(),
            place: NamedPlace::Kubeconfig { names: vec![name.into()], file: None },
            server: server.map(Into::into),
            identity: server.map(|server| ClusterIdentity { server: server.into(), authority: None }),
            has_sign_in: false,
        }
    }

    fn named_own(id: &str, name: &str, server: &str) -> NamedCluster {
        let draft =
            ClusterDraft { name: name.into(), server: server.into(), trust: Trust::System, namespace: None };
        NamedCluster { place: NamedPlace::Own { id: id.into(), draft }, ..named(name, Some(server)) }
    }

    #[test]
    fn contexts_are_found_by_name_and_server() {
        let clusters = [
            view(kubeconfig("work", None), "work", A),
            view(kubeconfig("work", Some("/other")), "work", B),
            view(kubeconfig("bare", None), "bare", ""),
            view(kubeconfig("ada", None), "ada", "https://API.c.example:6443/"),
            view(kubeconfig("ada2", None), "ada2", "https://api.c.example:6443"),
        ];
        let here = Surroundings { clusters: &clusters, current: Some("ada2") };
        let other = |name: &str| ImportFound::OtherName { name: name.into() };
        for (asked, expected, context) in [
            (named("work", Some(A)), ImportFound::Here, Some(kubeconfig("work", None))),
            (named("work", Some(B)), ImportFound::Here, Some(kubeconfig("work", Some("/other")))),
            (named("work", None), ImportFound::Here, Some(kubeconfig("work", None))),
            (named("bare", Some(B)), ImportFound::Here, Some(kubeconfig("bare", None))),
            // One server under two names: the current one.
            (named("bob", Some("https://api.c.example:6443")), other("ada2"), Some(kubeconfig("ada2", None))),
            (named("gone", None), ImportFound::Missing, None),
            (named("gone", Some("https://gone.example")), ImportFound::Missing, None),
            (named("work", Some("https://gone.example")), ImportFound::Elsewhere { server: A.into() }, None),
        ] {
            let resolved = resolve(&asked, &here, None);
            assert_eq!((&resolved.found, &resolved.context), (&expected, &context), "{asked:?}");
            assert_eq!(resolved.identity.is_some(), asked.identity.is_some() && context.is_some());
        }
    }

    #[test]
    fn own_clusters_are_found_by_server_or_added_under_an_identifier_of_their_own() {
        let clusters = [
            view(own_ref("1"), "lab", A),
            view(own_ref("2"), "lab", A),
            view(own_ref("3"), "admin", A),
            view(kubeconfig("b", None), "b", B),
        ];
        let here = Surroundings { clusters: &clusters, current: None };
        for (asked, context) in [
            (named_own("2", "lab", A), own_ref("2")),
            (named_own("?", "lab", A), own_ref("1")),
            (named_own("?", "admin", A), own_ref("3")),
            (named_own("?", "other", A), own_ref("1")),
            (named_own("?", "other", B), kubeconfig("b", None)),
        ] {
            assert_eq!(resolve(&asked, &here, None).context, Some(context), "{asked:?}");
        }
        // Whoever wrote the file cannot have what is kept for another cluster sent to their server.
        let resolved = resolve(&named_own("1", "lab", "https://evil.example"), &here, None);
        let added = resolved.added.unwrap();
        assert_eq!(resolved.found, ImportFound::Added);
        assert_eq!(resolved.context, Some(own_ref(&added.id)));
        assert!(clusters.iter().all(|view| view.context != own_ref(&added.id)));
        let resolved = resolve(&named_own("1", "lab", "no address"), &here, None);
        assert_eq!(resolved.found, ImportFound::Missing);
    }

    #[test]
    fn what_the_person_chose_counts_and_only_the_same_server_is_remembered() {
        let clusters = [view(kubeconfig("a", None), "a", A), view(kubeconfig("b", None), "b", B)];
        let here = Surroundings { clusters: &clusters, current: None };
        for (choice, remembers) in [("a", true), ("b", false), ("not here yet", true)] {
            let choice = kubeconfig(choice, None);
            let resolved = resolve(&named("x", Some(A)), &here, Some(&choice));
            assert_eq!((resolved.found, resolved.context.as_ref()), (ImportFound::Chosen, Some(&choice)));
            assert_eq!(resolved.identity.is_some(), remembers, "{choice:?}");
        }
    }
}
