"""Learning a vocabulary by merging the pair of pieces that is seen most often, again and again, as WordPiece and BPE both do."""

import collections
import heapq


def merges(cut, frequency, join, least):
    """Yields each pair with what it becomes; `cut` has the pieces of each word, `frequency` how often the word is seen."""
    pairs, places = collections.Counter(), collections.defaultdict(set)
    for index, pieces in enumerate(cut):
        for pair in zip(pieces, pieces[1:]):
            pairs[pair] += frequency[index]
            places[pair].add(index)

    # Counts on the heap may be stale; what is stale goes back with its present count.
    heap = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(heap)
    while heap:
        count, pair = heapq.heappop(heap)
        present = pairs.get(pair, 0)
        if present != -count:
            if present > 0:
                heapq.heappush(heap, (-present, pair))
            continue
        if present < least:
            return

        merged = join(*pair)
        yield pair, merged
        changed = set()
        for index in sorted(places[pair]):
            pieces = cut[index]
            for old in zip(pieces, pieces[1:]):
                pairs[old] -= frequency[index]
                places[old].discard(index)
            pieces = merge(pieces, pair, merged)
            cut[index] = pieces
            for new in zip(pieces, pieces[1:]):
                pairs[new] += frequency[index]
                places[new].add(index)
                changed.add(new)
        for new in sorted(changed):
            heapq.heappush(heap, (-pairs[new], new))
        pairs.pop(pair, None)


def merge(pieces, pair, merged):
    result, index = [], 0
    while index < len(pieces):
        if index + 1 < len(pieces) and (pieces[index], pieces[index + 1]) == pair:
            result.append(merged)
            index += 2
        else:
            result.append(pieces[index])
            index += 1
    return result
