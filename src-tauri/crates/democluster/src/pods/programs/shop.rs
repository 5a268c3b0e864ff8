//! A small web shop: a few pages that are made here, without any file or script.

use std::convert::Infallible;
use std::io;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;

/// A thing that is for sale: its address, name, price in cents, color, and what is said of it.
struct Product {
    slug: &'static str,
    name: &'static str,
    cents: u32,
    color: &'static str,
    shape: &'static str,
    text: &'static str,
}

const PRODUCTS: [Product; 6] = [
    Product {
        slug: "brick",
        name: "Arch brick",
        cents: 240,
        color: "#c2410c",
        shape: "<rect x='14' y='34' width='72' height='34' rx='5'/>",
        text: "Fired twice, fits every vault. Sold by the piece.",
    },
    Product {
        slug: "lantern",
        name: "Tunnel lantern",
        cents: 3990,
        color: "#ca8a04",
        shape: "<path d='M36 24h28l8 44H28z'/><rect x='42' y='12' width='16' height='10' rx='3'/>",
        text: "Warm light for 40 hours, even under water.",
    },
    Product {
        slug: "boots",
        name: "Rubber boots",
        cents: 4500,
        color: "#15803d",
        shape: "<path d='M34 14h24v40h18a10 10 0 0 1 10 10v8H34z'/>",
        text: "Knee high, quiet sole, in all sizes there are.",
    },
    Product {
        slug: "pipe",
        name: "Drain pipe, 2 m",
        cents: 1820,
        color: "#0369a1",
        shape: "<path d='M10 40h64v22H10z'/><ellipse cx='78' cy='51' rx='8' ry='17'/>",
        text: "Carries what comes, in both directions.",
    },
    Product {
        slug: "raft",
        name: "Folding raft",
        cents: 12_900,
        color: "#7c3aed",
        shape: "<path d='M10 52q40 26 80 0l-6 20H16z'/><path d='M48 14h4v40h-4z'/><path d='M54 18l22 30H54z'/>",
        text: "From backpack to boat in nine minutes.",
    },
    Product {
        slug: "frog",
        name: "Resident frog",
        cents: 0,
        color: "#4d7c0f",
        shape: "<ellipse cx='50' cy='56' rx='34' ry='22'/><circle cx='34' cy='32' r='10'/><circle cx='66' cy='32' r='10'/>",
        text: "Comes by itself as soon as there is a culvert.",
    },
];

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#f6f7f9;--card:#fff;--line:#e2e6ec}\
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#9aa6b6;--paper:#12161c;--card:#1b212a;--line:#2b333f}}\
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}\
header,main,footer{max-width:60rem;margin:0 auto;padding:1.5rem}header{display:flex;align-items:baseline;gap:1rem}\
h1{font-size:1.5rem;margin:0}h1 a,.card{color:inherit;text-decoration:none}.soft{color:var(--soft)}\
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr))}\
.card{display:block;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem}\
a.card:hover{border-color:var(--soft)}svg{width:100%;height:8rem;display:block}.price{font-weight:600}\
footer{font-size:.875rem;color:var(--soft);border-top:1px solid var(--line)}code{font-size:.9em}";

pub(super) async fn serve(connection: TcpStream, pod: &str) -> io::Result<()> {
    let service = service_fn(|request: Request<Incoming>| {
        let response = answer(request.method(), request.uri().path(), pod);
        async move { Ok::<_, Infallible>(response) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(connection), service)
        .await
        .map_err(io::Error::other)
}

fn answer(method: &Method, path: &str, pod: &str) -> Response<Full<Bytes>> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return text(
            StatusCode::METHOD_NOT_ALLOWED,
            "text/plain; charset=utf-8",
            "The shop only shows things.\n",
        );
    }
    match path {
        "/" => page(StatusCode::OK, "Culvert shop", &overview(), pod),
        "/healthz" => text(StatusCode::OK, "text/plain; charset=utf-8", "ok\n"),
        "/favicon.ico" => text(StatusCode::OK, "image/svg+xml", &picture(&PRODUCTS[5])),
        _ => match path
            .strip_prefix("/products/")
            .and_then(|slug| PRODUCTS.iter().find(|one| one.slug == slug))
        {
            Some(product) => page(StatusCode::OK, product.name, &detail(product), pod),
            None => {
                let body = "<p>There is nothing here. <a href='/'>To the shop</a></p>";
                page(StatusCode::NOT_FOUND, "Not found", body, pod)
            }
        },
    }
}

fn page(status: StatusCode, title: &str, body: &str, pod: &str) -> Response<Full<Bytes>> {
    let html = format!(
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>\
         <meta name='viewport' content='width=device-width,initial-scale=1'><style>{STYLE}</style></head>\
         <body><header><h1><a href='/'>Culvert shop</a></h1><span class='soft'>Everything for below the road</span>\
         </header><main>{body}</main><footer>Served by pod <code>{pod}</code></footer></body></html>\n"
    );
    text(status, "text/html; charset=utf-8", &html)
}

fn overview() -> String {
    let cards: String = PRODUCTS
        .iter()
        .map(|product| {
            format!(
                "<a class='card' href='/products/{}'>{}<h2>{}</h2><span class='price'>{}</span></a>",
                product.slug,
                picture(product),
                product.name,
                price(product.cents)
            )
        })
        .collect();
    format!("<div class='grid'>{cards}</div>")
}

fn detail(product: &Product) -> String {
    format!(
        "<div class='card'>{}<h2>{}</h2><p>{}</p><p class='price'>{}</p></div><p><a href='/'>Back to the shop</a></p>",
        picture(product),
        product.name,
        product.text,
        price(product.cents)
    )
}

fn picture(product: &Product) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 80' fill='{}' aria-hidden='true'>{}</svg>",
        product.color, product.shape
    )
}

fn price(cents: u32) -> String {
    match cents {
        0 => "free".to_owned(),
        _ => format!("\u{20ac} {}.{:02}", cents / 100, cents % 100),
    }
}

fn text(status: StatusCode, content_type: &'static str, body: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(body.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_that_is_linked_exists() {
        let overview = overview();
        for product in &PRODUCTS {
            let path = format!("/products/{}", product.slug);
            assert!(overview.contains(&path));
            assert_eq!(answer(&Method::GET, &path, "web-1").status(), StatusCode::OK);
        }
        assert_eq!(answer(&Method::GET, "/", "web-1").status(), StatusCode::OK);
        assert_eq!(answer(&Method::GET, "/products/none", "web-1").status(), StatusCode::NOT_FOUND);
        assert_eq!(answer(&Method::POST, "/", "web-1").status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(price(12_905), "\u{20ac} 129.05");
    }
}
