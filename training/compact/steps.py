"""A way in steps: each leaves a mark once it is complete and is left out when the mark is there."""

import time


def step(name, file, make):
    # The file alone could be half of one.
    done = file.with_name(file.name + ".done")
    if done.exists():
        print(f"-- {name}: there already", flush=True)
        return
    print(f"-- {name}", flush=True)
    started = time.time()
    make()
    done.touch()
    print(f"-- {name}: {time.time() - started:.0f} s", flush=True)
