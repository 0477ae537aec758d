//! An app that says exactly the bytes it is told to, whatever it was asked.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use atoll_controlplane::reconciler::InstanceState;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use crate::support::World;

/// Longer than anything should take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the app does when the head of a request has come.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    /// Says this, and goes on.
    Say(Vec<u8>),
    /// Says these one after the other, so that they arrive one after the other.
    Pieces(Vec<Vec<u8>>),
    /// Says this and hangs up.
    SayAndClose(Vec<u8>),
    /// Says this and then sends back what comes.
    SayAndEcho(Vec<u8>),
}

/// Says this text.
pub(crate) fn say(text: &str) -> Play {
    Play::Say(text.into())
}

/// The running app.
#[derive(Debug)]
pub(crate) struct Scripted {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// An app that does what `script` says for a connection, counted from 1, and a request, counted from 0 over all
    /// connections.
    pub(crate) async fn start(script: impl Fn(usize, usize) -> Play + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, asked) = (Arc::new(AtomicUsize::new(0)), Arc::default());
        let app = Self { address, connections: Arc::clone(&connections), asked: Arc::clone(&asked) };
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = connections.fetch_add(1, Ordering::SeqCst) + 1;
                let (script, asked) = (Arc::clone(&script), Arc::clone(&asked));
                tokio::spawn(async move {
                    // How a connection ends is what the tests are about.
                    drop(serve(stream, &asked, |request| script(connection, request)).await);
                });
            }
        });
        app
    }

    /// Makes this app the one behind `notes`.
    pub(crate) fn serve(&self, world: &World) {
        world.notes.send_replace(InstanceState::Ready { endpoint: self.address });
    }

    /// How many connections were opened to it.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The requests that came, each with as much of its body as came with it.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    asked: &Mutex<Vec<String>>,
    script: impl Fn(usize) -> Play,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut read = Vec::new();
    loop {
        while !read.windows(4).any(|window| window == b"\r\n\r\n") {
            if stream.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
        }
        let number = {
            let mut asked = asked.lock().unwrap();
            asked.push(String::from_utf8_lossy(&read).into_owned());
            asked.len() - 1
        };
        read.clear();
        match script(number) {
            Play::Say(bytes) => stream.write_all(&bytes).await?,
            Play::Pieces(pieces) => {
                for piece in pieces {
                    stream.write_all(&piece).await?;
                    // Nothing else tells that the other side has read it.
                    sleep(Duration::from_millis(2)).await;
                }
            }
            Play::SayAndClose(bytes) => {
                stream.write_all(&bytes).await?;
                return stream.shutdown().await;
            }
            Play::SayAndEcho(bytes) => {
                stream.write_all(&bytes).await?;
                let (mut from, mut to) = stream.split();
                return tokio::io::copy(&mut from, &mut to).await.map(drop);
            }
        }
    }
}

/// An app behind `notes` that the test plays itself.
pub(crate) async fn played(world: &World) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = listener.local_addr().unwrap();
    world.notes.send_replace(InstanceState::Ready { endpoint });
    listener
}

/// A connection to the app, once the head of a request has come by it.
pub(crate) async fn asked(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream
}
