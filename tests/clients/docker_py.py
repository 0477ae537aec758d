"""Reads everything that the socket proxy offers with docker-py, as an ordinary program would.

    docker_py.py SOCKET CONTAINER

Prints one line for each kind of call; any refusal is an exception and ends it.
"""

import sys
import time

import docker


def main(socket: str, name: str) -> None:
    client = docker.DockerClient(base_url=f"unix://{socket}", version="auto", timeout=20)
    assert client.ping()
    print("version", client.version()["ApiVersion"], "info", client.info()["Containers"])
    container = client.containers.get(name)
    assert name in [one.name for one in client.containers.list(all=True, filters={"label": "atoll.app"})]
    assert container.status == "running", container.status
    assert "Env" not in container.attrs["Config"]
    print("image", container.image.tags, "of", len(client.images.list()))
    network = client.networks.get(next(iter(container.attrs["NetworkSettings"]["Networks"])))
    assert network.name in [one.name for one in client.networks.list()]
    volume = container.attrs["Mounts"][0]["Name"]
    assert volume in [one.name for one in client.volumes.list()]
    assert client.volumes.get(volume).attrs["Labels"]["atoll.app"]
    container.logs(stdout=True, stderr=True, tail=5, timestamps=True, since=int(time.time()) - 3600)
    stats = container.stats(stream=False)
    assert stats["memory_stats"]["limit"] > 0
    print("memory", stats["memory_stats"]["usage"])
    now = int(time.time())
    events = list(client.events(since=now - 3600, until=now, decode=True, filters={"type": "container"}))
    assert all(event["Actor"]["Attributes"].get("atoll.app") for event in events)
    print("events", len(events))


if __name__ == "__main__":
    main(*sys.argv[1:])
