"""The list of clips, and the clips."""

from pathlib import Path

from service.voice.library import put_together
from service.web.spoken_texts import spoken_texts
from tests.support import Running, running
from tests.voice.recorded import looked, on_the_web, record, tone

URL = "/api/v1/voice"


async def test_a_service_without_clips_says_what_to_do(service: Running) -> None:
    await looked(service)
    said = (await service.http.get(URL)).json()
    assert (said["state"], said["languages"]) == ("missing", {})
    assert "apt-get install espeak-ng" in said["help"]["ko"]
    assert "SUNBEON_VOICE_DIR" in said["help"]["en"]


async def test_a_browser_keeps_clips_for_ever_and_asks_for_the_list_each_time(store_url: str, tmp_path: Path) -> None:
    recordings = record(tmp_path, "ko", "1", "window")
    async with running(store_url, voice_dir=recordings) as service:
        await looked(service)
        answer = await service.http.get(URL)
        assert answer.headers["cache-control"] == "no-cache"
        korean = answer.json()["languages"]["ko"]
        assert (korean["source"], korean["complete"]) == ("recorded", False)
        assert korean["clips"].keys() == {"1", "window"}
        assert korean["clips"]["1"] == {"url": f"{URL}/clips/{on_the_web()}", "seconds": 0.3}
        again = await service.http.get(URL, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

        clip = await service.http.get(korean["clips"]["1"]["url"])
        assert clip.content == tone()
        assert clip.headers["content-type"] == "audio/wav"
        assert clip.headers["cache-control"] == "public, max-age=31536000, immutable"

        for file in ("0" * 24 + ".wav", "..%2Fko%2F1.wav", "1.wav"):
            assert (await service.http.get(f"{URL}/clips/{file}")).status_code == 404, file

        # A file that was taken away is no error of the service's.
        (recordings / "ko/1.wav").unlink()
        (recordings / "ko/window.wav").unlink()
        assert (await service.http.get(korean["clips"]["1"]["url"])).status_code == 404


def test_a_language_without_any_clip_is_not_there() -> None:
    assert put_together({}, {}, {}, "ko") is None


async def test_pages_can_read_the_counters_names_and_the_kiosks_texts_aloud(service: Running) -> None:
    spoken = spoken_texts(service.app.state.context.city)
    assert {"여권 접수", "복지", "어떤 업무로 오셨나요?"} <= {*spoken["ko"]}
    assert {"Passport application", "Welfare"} <= {*spoken["en"]}
    # In parts around what is in a place, and without what only staff see.
    assert "명 있습니다. 화면에 번호가 나오면 창구로 오세요." in spoken["ko"]
    assert not any("{" in text or text != text.strip() for texts in spoken.values() for text in texts)
    assert "발급기 설정" not in " ".join(spoken["ko"])


async def test_a_text_is_listed_by_what_it_says(store_url: str, tmp_path: Path) -> None:
    recordings = record(tmp_path, "ko", "1", "여권 접수")
    async with running(store_url, voice_dir=recordings) as service:
        await looked(service)
        korean = (await service.http.get(URL)).json()["languages"]["ko"]
        assert (korean["clips"].keys(), korean["texts"].keys()) == ({"1"}, {"여권 접수"})
        assert (await service.http.get(korean["texts"]["여권 접수"]["url"])).content == tone()
