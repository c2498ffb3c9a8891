"""Run a submission's cells; one that ends or blocks the kernel costs its own points alone."""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Integer, Unicode

OUTPUT_LIMIT = 200_000  # characters of a cell that are kept


class Careful(Execute):
    """nbgrader's rule, and: a cell that kills the kernel is left out, the others run again."""

    budget = Integer(180, help="seconds for one submission").tag(config=True)
    sockets = Unicode(help="the folder that the kernel can write to").tag(config=True)
    grace = Integer(3, help="seconds a cell has to obey an interrupt").tag(config=True)

    def preprocess(self, nb: Any, resources: Any = None, km: Any = None) -> Any:
        self._left_out: dict[int, str] = {}
        end = time.monotonic() + self.budget
        while True:
            self._at, self._end = None, end
            try:
                return super().preprocess(nb, resources, km)
            except (DeadKernelError, CellTimeoutError) as error:
                if self._at is None:
                    raise  # the kernel never came up: no fault of a cell
                why = "ran past its time and did not stop"
                if not isinstance(error, CellTimeoutError):
                    why = "ended the process, or used too much of the machine"
                self._left_out[self._at] = why
                for path in Path(self.sockets).iterdir():
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                self.log.error(
                    "cell %i %s: left out, the rest runs again", self._at, why
                )

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> Any:
        if cell.cell_type != "code":
            return cell, resources
        self._size = 0
        why = self._left_out.get(index)
        if not why and time.monotonic() > self._end:
            why = "was not run: the submission's time was used up"
        if why:
            text = f"the cell {why}"
            cell.outputs = [
                new_output(
                    "error", ename="NotRun", evalue=text, traceback=[f"NotRun: {text}"]
                )
            ]
            return cell, resources
        self._at = index
        return super().preprocess_cell(cell, resources, index)

    async def _async_handle_timeout(self, timeout: int, cell: Any = None) -> Any:
        """Interrupt; a cell that does not obey ends the kernel."""
        await self.km.interrupt_kernel()
        end = time.monotonic() + self.grace
        while time.monotonic() < end:
            with suppress(Empty):
                message = await self.kc.shell_channel.get_msg(timeout=0.5)
                if message["msg_type"] == "execute_reply":
                    return {"content": {**self.error_on_timeout, "status": "error"}}
        await self.km.shutdown_kernel(now=True)
        raise CellTimeoutError("the cell ignores interrupts")

    def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> Any:
        """Whatever a cell prints past the limit is dropped; errors and stderr never are."""
        content = msg["content"]
        self._size += len(str(content.get("text", "") or content.get("data", "")))
        stderr = content.get("name") == "stderr"
        if self._size > OUTPUT_LIMIT and msg["msg_type"] != "error":
            if not stderr or any(out.get("name") == "stderr" for out in outs):
                return None
        return super().output(outs, msg, display_id, cell_index)
