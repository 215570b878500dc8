"""The parser and the client of docs/protocol.md, written from that page alone, held to the cases beside it.

`protocol.py FOLDER` runs parsing.json and reading.json of a folder and prints how many cases there were; it ends with 1 if one fails.
"""
import json
import re
import sys


class Parser:
    """Server-Sent Events out of chunks of bytes, one byte at a time: slow, and blind to how they are cut."""

    def __init__(self):
        self.line, self.after_return, self.is_first = bytearray(), False, True
        self.data, self.name, self.block_id = [], '', None
        self.events, self.ids, self.retries, self.comments, self.last_event_id = [], [], [], [], ''

    def feed(self, chunk):
        for byte in chunk:
            if byte == 10 and self.after_return:
                self.after_return = False
            elif byte in (10, 13):
                self.after_return = byte == 13
                self.end_line()
            else:
                self.after_return = False
                self.line.append(byte)

    def end_line(self):
        line, self.line = bytes(self.line), bytearray()
        if self.is_first and line.startswith(b'\xef\xbb\xbf'):
            line = line[3:]
        self.is_first = False
        text = line.decode('utf-8', errors='replace')
        if text == '':
            return self.end_block()
        name, _, value = text.partition(':')
        value = value[1:] if value.startswith(' ') else value
        if text.startswith(':'):
            self.comments.append(value)
        elif name == 'data':
            self.data.append(value)
        elif name == 'event':
            self.name = value
        elif name == 'id' and '\0' not in value:
            self.block_id = value
        elif name == 'retry' and re.fullmatch('[0-9]+', value):
            self.retries.append(min(int(value), 2**53 - 1))

    def end_block(self):
        own = self.block_id
        if own is not None:
            self.ids.append(own)
            self.last_event_id = own
        if self.data:
            event = {'data': '\n'.join(self.data)}
            if self.name:
                event['event'] = self.name
            if own is not None:
                event['id'] = own
            self.events.append((event, self.last_event_id))
        self.data, self.name, self.block_id = [], '', None


def text_of(pieces):
    if isinstance(pieces, str):
        return pieces
    return ''.join(piece if isinstance(piece, str) else piece['text'] * piece['times'] for piece in pieces)


def cuts(data):
    """All in one piece, byte by byte, and in two at every place, or at some of many."""
    yield [data]
    yield [data[at : at + 1] for at in range(len(data))]
    for at in range(0, len(data) + 1, 1 if len(data) < 2000 else 10007):
        yield [data[:at], data[at:]]


def check_parsing(case):
    data = bytes.fromhex(case['hex']) if 'hex' in case else text_of(case['wire']).encode()
    events = [{**event, 'data': text_of(event.get('data', ''))} for event in case['events']]
    comments = [text_of(comment) for comment in case.get('comments', [])]
    expected = (events, case.get('ids', []), case.get('retries', []), comments, case['lastEventId'])
    for chunks in cuts(data):
        parser = Parser()
        for chunk in chunks:
            parser.feed(chunk)
        seen = [event for event, _ in parser.events]
        read = (seen, parser.ids, parser.retries, parser.comments, parser.last_event_id)
        assert read == expected, f'{read} is not {expected}'


class Client:
    """One reader over any number of connections. `send(method, last_event_id)` gives an answer, as in the cases."""

    def __init__(self, send, method):
        self.send, self.method = send, method
        self.events, self.position, self.has_run = [], '', False

    def read(self):
        while True:
            answer = self.send(self.method, self.position or None)
            result = self.take(answer)
            if result is not None:
                return result
            if self.method in ('POST', 'PATCH') and not self.has_run:
                return 'interrupted'

    def take(self, answer):
        """The outcome; None for an interruption."""
        status, headers = answer['status'], answer['headers']
        if status == 204:
            return 'ended'
        if status in (408, 425, 429) or status >= 500:
            return None
        kind, *parameters = [part.strip().lower() for part in headers.get('content-type', '').split(';')]
        if status != 200 or kind not in ('text/event-stream', 'application/x-ndjson', 'application/stream+json'):
            return 'refused'
        is_sse = kind == 'text/event-stream'
        marks_end = ('tidings=1' if is_sse else 'envelope=1') in parameters
        parse = self.blocks if is_sse else self.lines
        for name, data, position in parse(answer.get('body', ''), marks_end):
            self.position = position
            result = self.event(name, data, marks_end)
            if result is not None:
                return result
        return None if answer.get('cut') or marks_end else 'ended'

    def blocks(self, body, _):
        parser = Parser()
        parser.last_event_id = self.position
        for byte in body.encode():
            before = len(parser.events)
            parser.feed(bytes([byte]))
            for event, position in parser.events[before:]:
                yield event.get('event', 'message'), event['data'], position
            self.position = parser.last_event_id

    def lines(self, body, has_envelope):
        for line in body.split('\n'):
            if line.strip() == '':
                continue
            value = json.loads(line)
            envelope = value if has_envelope else {'data': value}
            yield envelope.get('event', 'message'), envelope['data'], envelope.get('id', self.position)

    def event(self, name, data, marks_end):
        if marks_end and name.startswith('tidings:'):
            value = json.loads(data) if isinstance(data, str) else data
            self.has_run = self.has_run or (name == 'tidings:open' and 'run' in value)
            if name != 'tidings:end':
                return None
            self.position = re.sub('~end$', '', self.position)
            return 'ended'
        if marks_end and name == 'error':
            return 'failed'
        self.events.append({'event': name, 'data': data, 'id': self.position})
        return None


def check_reading(case):
    exchanges = iter(case['exchanges'])
    sent = []

    def send(method, last_event_id):
        exchange = next(exchanges)
        sent.append({'method': method, 'lastEventId': last_event_id})
        assert sent[-1] == exchange['sends'], f'{sent[-1]} is not {exchange["sends"]}'
        return exchange['answer']

    client = Client(send, case.get('request', {}).get('method', 'GET'))
    outcome = {'result': client.read(), 'events': client.events, 'lastEventId': client.position}
    assert outcome == case['outcome'], f'{outcome} is not {case["outcome"]}'
    assert len(sent) == len(case['exchanges']), f'only {len(sent)} requests'


def main(folder):
    count, failures = 0, []
    for file, check in (('parsing', check_parsing), ('reading', check_reading)):
        with open(f'{folder}/{file}.json', encoding='utf-8') as text:
            groups = json.load(text)['groups']
        for group, cases in groups.items():
            for case in cases:
                count += 1
                try:
                    check(case)
                except (AssertionError, StopIteration) as failure:
                    failures.append(f'{file}, {group}, {case["name"]}: {failure}')
    print('\n'.join(failures + [f'{count} cases, {len(failures)} failed']))
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
