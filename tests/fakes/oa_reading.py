"""The methods that tell something: the account, its groups, the histories."""

from collections.abc import Sequence
from typing import Any

from tests.fakes.http_params import Params
from tests.fakes.oa_errors import ApiError, Json, Method
from tests.fakes.oa_switches import Switches
from tests.fakes.oa_world import Group, World

_MOST_LINES = 10
_MOST_GROUPS = 50


class Reading:
    """Answers from the world. Histories come latest first, at most ten lines a page."""

    def __init__(self, world: World, switches: Switches) -> None:
        self._world = world
        self._switches = switches
        self.methods: dict[str, Method] = {
            "v2.0/oa/getoa": lambda _: {"oa_id": world.id, "name": world.name},
            "v3.0/oa/group/getgroupsofoa": self._groups,
            "v3.0/oa/group/getgroup": self._group,
            "v3.0/oa/group/conversation": self._of_group,
            "v2.0/oa/listrecentchat": self._recent,
            "v2.0/oa/conversation": self._of_person,
        }

    def _groups(self, params: Params) -> Json:
        groups = [_shape(group) for group in self._world.groups.values() if group.has_oa]
        start, count = params.integer("offset"), min(params.integer("count", 5), _MOST_GROUPS)
        return {"groups": groups[start : start + count], "total": len(groups)}

    def _group(self, params: Params) -> Json:
        group = self._world.groups.get(params.text("group_id"))
        if group is None:
            raise ApiError(-201, "group_id")
        if not group.has_oa:
            raise ApiError(-403)
        return {"group_info": _shape(group)}

    def _of_group(self, params: Params) -> object:
        group = self._world.writable_group(params.text("group_id"))
        lines = [line for line in self._world.lines if line.get("group_id") == group.id]
        return self._page(lines, params.integer("offset"), params.integer("count", 5))

    def _recent(self, params: Params) -> object:
        latest: dict[str, Json] = {}
        for line in self._private():
            person = line["from_id"] if line["src"] else line["to_id"]
            latest.pop(person, None)
            latest[person] = line
        return self._asked(params, list(latest.values()))

    def _of_person(self, params: Params) -> object:
        person = self._data(params).get("user_id")
        return self._asked(params, [each for each in self._private() if person in (each["from_id"], each["to_id"])])

    def _private(self) -> list[Json]:
        return [line for line in self._world.lines if "group_id" not in line]

    def _asked(self, params: Params, lines: Sequence[Json]) -> object:
        data = self._data(params)
        return self._page(lines, int(data.get("offset", 0)), int(data.get("count", 5)))

    def _data(self, params: Params) -> dict[str, Any]:
        try:
            data = params.parsed("data")
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise ApiError(-201, "data")
        return data

    def _page(self, lines: Sequence[Json], offset: int, count: int) -> object:
        if count > _MOST_LINES:
            raise ApiError(-201, "count")
        page = list(reversed(lines))[offset : offset + count]
        return {"messages": page} if self._switches.wrapped_lists else page


def _shape(group: Group) -> Json:
    status = "enabled" if group.enabled else "disabled"
    return {"group_id": group.id, "name": group.name, "status": status, "total_member": len(group.members)}
