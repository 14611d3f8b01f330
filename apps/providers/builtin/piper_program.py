"""Piper as a program of its own: text in, a WAV file and the times of its phonemes out.

Piper is licensed under the GPL. This file is run by the interpreter as a separate process, with a request
as JSON in a file and an answer as JSON on standard output; nothing of it is imported by Showrunner, and it
imports nothing of Showrunner.

    python piper_program.py REQUEST.json OUT.wav

Request: {"model": path, "chunks": [["word", …], …], "speed": 1.0, "pause_s": 0.2}. Answer: {"sample_rate":
n, "chunks": [{"phonemes": [[phoneme, start_sample, end_sample], …], "words": [[phoneme, …], …]}, …]}; the
phonemes are those of the sound as spoken, the words' are those of each word spoken alone.
"""

import json
import sys
import wave
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig

GRAPH, GRAPH_NODE, GRAPH_OUTPUT, NODE_OUTPUT, NODE_TYPE, VALUE_NAME = 7, 1, 12, 2, 4, 1  # onnx.proto3
LENGTH_DELIMITED = 2


def main(request_path: str, out_path: str) -> None:
    request = json.loads(Path(request_path).read_text(encoding="utf-8"))
    # The voice draws a little noise: from the same seed for the same words, so that the same request sounds the
    # same. The seed is taken over when the model is loaded.
    onnxruntime.set_seed(zlib.crc32(json.dumps(request["chunks"]).encode()) % 2**31)
    voice = load(request["model"])
    rate = voice.config.sample_rate
    pause = numpy.zeros(int(rate * request["pause_s"]), dtype=numpy.int16)
    settings = SynthesisConfig(length_scale=voice.config.length_scale / request["speed"])
    answer: dict[str, Any] = {"sample_rate": rate, "chunks": []}
    with wave.open(out_path, "wb") as sound:
        sound.setframerate(rate)
        sound.setsampwidth(2)
        sound.setnchannels(1)
        place = 0
        for words in request["chunks"]:
            phonemes = []
            for piece in voice.synthesize(" ".join(words), settings, include_alignments=True):
                if not piece.phoneme_alignments:
                    sys.exit("The voice model gave no alignment of its phonemes.")
                start = place
                for alignment in piece.phoneme_alignments:
                    end = start + int(alignment.num_samples)
                    phonemes.append([alignment.phoneme, start, end])
                    start = end
                sound.writeframes(piece.audio_int16_bytes + pause.tobytes())
                place += len(piece.audio_int16_array) + len(pause)
            alone = [[p for sentence in voice.phonemize(word) for p in sentence] for word in words]
            answer["chunks"].append({"phonemes": phonemes, "words": alone})
    json.dump(answer, sys.stdout)


def load(model_path: str) -> PiperVoice:
    """The voice with the durations of its phonemes as a second output of the model."""
    config = PiperConfig.from_dict(json.loads(Path(model_path + ".json").read_text(encoding="utf-8")))
    model = Path(model_path).read_bytes()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(with_durations(model), options, providers=["CPUExecutionProvider"])
    return PiperVoice(session=session, config=config)


def with_durations(model: bytes) -> bytes:
    """The model file with one more output: the tensor that the graph's only Ceil node makes, the phonemes'
    durations.

    A second `graph` field is appended. Protocol buffers merge a message that appears twice, and join its
    repeated fields (https://protobuf.dev/programming-guides/encoding/#last-one-wins), so the output joins
    the graph's others.
    """
    names = []
    for number, graph in fields(model):
        if number == GRAPH:
            for kind, node in fields(graph):
                if kind == GRAPH_NODE:
                    parts = list(fields(node))
                    if (NODE_TYPE, b"Ceil") in [(number, bytes(part)) for number, part in parts]:
                        names += [bytes(part) for number, part in parts if number == NODE_OUTPUT]
    if len(names) != 1:
        sys.exit(f"The voice model has {len(names)} tensors that may be durations, not one.")
    output = field(GRAPH_OUTPUT, field(VALUE_NAME, names[0]))
    return model + field(GRAPH, output)


def fields(data: bytes | memoryview) -> Iterator[tuple[int, memoryview]]:
    """The length-delimited fields of a protobuf message, as (number, bytes); others are skipped."""
    message, at = memoryview(data), 0
    while at < len(message):
        key, at = varint(message, at)
        kind = key & 7
        if kind == LENGTH_DELIMITED:
            length, at = varint(message, at)
            yield key >> 3, message[at : at + length]
            at += length
        elif kind == 0:
            _, at = varint(message, at)
        else:
            at += {1: 8, 5: 4}[kind]


def varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def field(number: int, content: bytes) -> bytes:
    def number_bytes(value: int) -> bytes:
        encoded = bytearray()
        while value > 127:
            encoded.append(value & 127 | 128)
            value >>= 7
        encoded.append(value)
        return bytes(encoded)

    return number_bytes(number << 3 | LENGTH_DELIMITED) + number_bytes(len(content)) + content


if __name__ == "__main__":
    main(*sys.argv[1:])
