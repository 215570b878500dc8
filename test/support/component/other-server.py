# Streams as others write them: http.server of Python, for tests. Says where it listens.
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = ["Grüß", " dich", ", 你好", " 😀"]


def sse(line_break):
    lines = ["retry: 1", "", "id: 1", "event: greeting", 'data: {"text": "é"}', "", "data: two", "data: lines", "", ""]
    return [line_break.join(lines).encode()]


def chat():
    for word in WORDS:
        chunk = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": word}}]}
        yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()
    yield b"data: [DONE]\n\n"
    yield b"data: after the end\n\n"


def lines():
    for number, word in enumerate(WORDS):
        yield (json.dumps({"n": number, "word": word}) + "\n").encode()
    # The last one without its line break.
    yield json.dumps({"n": len(WORDS)}).encode()


STREAMS = {
    "/lf": ("text/event-stream", lambda: sse("\n")),
    "/crlf": ("text/event-stream; charset=UTF-8", lambda: sse("\r\n")),
    "/cr": ("text/event-stream", lambda: sse("\r")),
    "/chat": ("text/event-stream; charset=utf-8", chat),
    "/lines": ("application/x-ndjson", lines),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # As it is by default: the end of the stream is the end of the connection.
    requests = 0

    def do_GET(self):
        if self.path == "/requests":
            return self.answer("application/json", [str(Handler.requests).encode()])
        Handler.requests += 1
        kind, chunks = STREAMS[self.path]
        self.answer(kind, chunks())

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Handler.requests += 1
        if self.headers["Authorization"] != "Bearer abc" or not body["stream"]:
            return self.send_error(401)
        self.answer("text/event-stream; charset=utf-8", chat())

    def answer(self, kind, chunks):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(chunk)
            self.wfile.flush()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"listening http://127.0.0.1:{server.server_port}", flush=True)
sys.exit(server.serve_forever())
