//! A mail server that keeps what it takes and answers as it is told: for tests that kill the gateway while it writes.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Post {
    /// Takes it.
    Take,
    /// Says this to the recipient instead of 250.
    Recipient(&'static str),
    /// Takes it and closes the connection without a word.
    TakeSilently,
    /// Closes the connection when the letter's text is to come.
    HangUp,
}

/// A server on a port of its own, as long as this lives.
pub(crate) struct MailServer {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct State {
    taken: Vec<String>,
    script: VecDeque<Post>,
    connections: usize,
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                // A client that breaks off is as good as one that says good-bye.
                tokio::spawn(async move { serve(stream, state).await.ok() });
            }
        });
        Self { address, state, task }
    }

    /// The next letters are treated so; later ones are taken.
    pub(crate) fn script(&self, posts: impl IntoIterator<Item = Post>) {
        self.state.lock().expect("free").script.extend(posts);
    }

    /// What was taken.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.state.lock().expect("free").taken.clone()
    }

    /// How often it was connected to.
    pub(crate) fn connections(&self) -> usize {
        self.state.lock().expect("free").connections
    }

    /// Waits until so many letters were taken.
    pub(crate) async fn wait(&self, count: usize) -> Vec<String> {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let taken = self.taken();
            if taken.len() >= count {
                return taken;
            }
            assert!(Instant::now() < deadline, "{} of {count} letters", taken.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    state.lock().expect("free").connections += 1;
    writer.write_all(b"220 test\r\n").await?;
    let mut post = Post::Take;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-test\r\n250 8BITMIME".to_owned(),
            "RCPT" => {
                post = state.lock().expect("free").script.pop_front().unwrap_or(Post::Take);
                if let Post::Recipient(answer) = post { answer.to_owned() } else { "250 ok".to_owned() }
            }
            "DATA" if post == Post::HangUp => return Ok(()),
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                state.lock().expect("free").taken.push(text);
                if post == Post::TakeSilently {
                    return Ok(());
                }
                "250 taken".to_owned()
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok".to_owned(),
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
