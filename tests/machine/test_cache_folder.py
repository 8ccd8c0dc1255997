from pathlib import Path

from promptlab.machine.cache_folder import cache_folder


def test_the_environment_decides_where_things_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path))
    assert cache_folder("embeddings") == tmp_path / "embeddings"
    assert not cache_folder("embeddings").exists()


def test_the_user_s_own_cache_is_used_where_it_is_an_absolute_path(tmp_path, monkeypatch):
    monkeypatch.delenv("PROMPTLAB_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder("models") == tmp_path / "promptlab" / "models"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert cache_folder("models") == Path.home() / ".cache" / "promptlab" / "models"


def test_the_home_folder_is_where_nothing_is_said(monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    for nothing in (None, ""):
        monkeypatch.delenv("PROMPTLAB_CACHE", raising=False)
        if nothing is not None:
            monkeypatch.setenv("PROMPTLAB_CACHE", nothing)
        assert cache_folder("models") == Path.home() / ".cache" / "promptlab" / "models"
