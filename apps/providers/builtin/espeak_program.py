"""eSpeak NG as a program of its own: text in, a WAV file and the places of its words out.

eSpeak NG is licensed under the GPL. This file is run by the interpreter as a separate process, with a
request as JSON in a file and an answer as JSON on standard output; nothing of it is imported by Showrunner,
and it imports nothing of Showrunner.

    python espeak_program.py REQUEST.json OUT.wav

Request: {"text": "…", "voice": "de", "words_per_minute": 165}. Answer: {"sample_rate": n, "samples": n,
"words": [[first character, length, start_ms], …]}, characters counted from 0.
"""

import ctypes
import json
import sys
import wave
from pathlib import Path
from typing import Any

import espeakng_loader

SYNCHRONOUS, RATE, CHARS_UTF8, END_OF_LIST, WORD = 2, 1, 1, 0, 1  # speak_lib.h


class Event(ctypes.Structure):
    class Id(ctypes.Union):
        _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]

    _fields_ = [
        ("type", ctypes.c_int), ("unique", ctypes.c_uint), ("text_position", ctypes.c_int), ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int), ("sample", ctypes.c_int), ("user_data", ctypes.c_void_p), ("id", Id),
    ]  # fmt: skip


Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


def main(request_path: str, out_path: str) -> None:
    request = json.loads(Path(request_path).read_text(encoding="utf-8"))
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0:
        sys.exit("eSpeak NG could not be started.")
    if library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
        sys.exit(f"eSpeak NG has no voice {request['voice']}.")
    library.espeak_SetParameter(RATE, int(request["words_per_minute"]), 0)
    sound = bytearray()
    words: list[list[int]] = []

    def receive(samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            sound.extend(ctypes.string_at(samples, count * 2))
        place = 0
        while events[place].type != END_OF_LIST:
            if events[place].type == WORD:
                event = events[place]
                words.append([event.text_position - 1, event.length, event.audio_position])
            place += 1
        return 0

    callback = Callback(receive)  # kept alive until the end
    library.espeak_SetSynthCallback(callback)
    text = request["text"].encode()
    library.espeak_Synth(text, len(text) + 1, 0, 1, 0, CHARS_UTF8, None, None)
    library.espeak_Synchronize()
    with wave.open(out_path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(sound))
    json.dump({"sample_rate": rate, "samples": len(sound) // 2, "words": words}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
