//! A panel for tray icons, as far as it takes to read an icon's menu and to click in it: the watcher of
//! <https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/> and a client of `com.canonical.dbusmenu`.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use zbus::{
    Connection, Proxy,
    connection::Builder,
    interface,
    message::Header,
    zvariant::{OwnedObjectPath, OwnedValue, Structure, Value},
};

use crate::{
    desktop::Desktop,
    waiting::{answer, until},
};

/// The panel of one desktop.
pub(crate) struct Panel {
    connection: Connection,
    items: Items,
}

/// One line of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// What it says; empty for a separator.
    pub(crate) label: String,
    /// Whether it is ticked, if it can be.
    pub(crate) ticked: Option<bool>,
    id: i32,
}

/// The icons that have announced themselves: the bus name of each and its object.
type Items = Arc<Mutex<Vec<(String, String)>>>;

/// One node of a menu as it comes over the bus: its number, its properties, the nodes below it.
type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

struct Watcher {
    items: Items,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(&self, item: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        self.items.lock().expect("no one panicked").push((sender, item.to_owned()));
    }

    async fn register_status_notifier_host(&self, _host: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let items = self.items.lock().expect("no one panicked");
        items.iter().map(|(sender, item)| format!("{sender}{item}")).collect()
    }
}

impl Panel {
    /// Puts a panel on the desktop.
    pub(crate) async fn start(desktop: &Desktop) -> Self {
        let items = Items::default();
        let connection = Builder::address(desktop.bus())
            .and_then(|builder| builder.serve_at("/StatusNotifierWatcher", Watcher { items: items.clone() }))
            .and_then(|builder| builder.name("org.kde.StatusNotifierWatcher"))
            .expect("the names are well formed")
            .build()
            .await
            .expect("the bus runs");
        Self { connection, items }
    }

    /// The menu of the only icon, from top to bottom.
    pub(crate) async fn menu(&self) -> Vec<Line> {
        let menu = self.menu_proxy().await;
        let (_, (_, _, children)): (u32, Node) =
            menu.call("GetLayout", &(0, -1, Vec::<String>::new())).await.expect("the menu can be read");
        children.into_iter().map(line).collect()
    }

    /// Waits until the menu has this line.
    pub(crate) async fn wait_for_line(&self, label: &str, ticked: Option<bool>) {
        until(&format!("the tray menu has {label:?}, ticked {ticked:?}"), async || {
            self.menu().await.iter().any(|line| line.label == label && line.ticked == ticked)
        })
        .await;
    }

    /// Clicks on the line that begins so.
    pub(crate) async fn click(&self, beginning: &str) {
        let menu = self.menu().await;
        let line = menu.iter().find(|line| line.label.starts_with(beginning));
        let line = line.unwrap_or_else(|| panic!("{beginning:?} is not in {menu:?}"));
        let event = (line.id, "clicked", Value::from(0_i32), 0_u32);
        self.menu_proxy().await.call::<_, _, ()>("Event", &event).await.expect("the menu takes clicks");
    }

    /// The file with the picture of the only icon.
    pub(crate) async fn picture(&self) -> PathBuf {
        let (sender, path) = self.item().await;
        let item = self.proxy(sender, path, "org.kde.StatusNotifierItem").await;
        let name: String = item.get_property("IconName").await.expect("it has a picture");
        PathBuf::from(name)
    }

    async fn menu_proxy(&self) -> Proxy<'_> {
        let (sender, path) = self.item().await;
        let item = self.proxy(sender.clone(), path, "org.kde.StatusNotifierItem").await;
        let menu: OwnedObjectPath = item.get_property("Menu").await.expect("it has a menu");
        self.proxy(sender, menu.to_string(), "com.canonical.dbusmenu").await
    }

    async fn proxy(&self, sender: String, path: String, interface: &'static str) -> Proxy<'_> {
        // Without the cache, in which a change would show late.
        zbus::proxy::Builder::new(&self.connection)
            .destination(sender)
            .and_then(|builder| builder.path(path))
            .and_then(|builder| builder.interface(interface))
            .expect("the names are well formed")
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await
            .expect("the bus runs")
    }

    async fn item(&self) -> (String, String) {
        answer(async || self.items.lock().expect("no one panicked").last().cloned())
            .await
            .expect("an icon announces itself")
    }
}

fn line(node: OwnedValue) -> Line {
    let structure = Structure::try_from(node).expect("a line of a menu");
    let (id, properties, _): Node = structure.try_into().expect("a line of a menu");
    let text = |name: &str| properties.get(name).and_then(|value| <&str>::try_from(value).ok());
    let state = properties.get("toggle-state").and_then(|value| i32::try_from(value).ok());
    Line {
        // An underscore marks the letter that chooses the line; two are one.
        label: text("label").unwrap_or_default().replace("__", "_"),
        ticked: text("toggle-type").map(|_| state == Some(1)),
        id,
    }
}
