package dev.freshet.examples.faults;

import java.util.BitSet;

/**
 * What one client received of one topic. A reset begins anew: what was missed before it is told, and what is retained
 * may be received again. Not thread-safe.
 */
final class TopicCheck {
    private final BitSet seen = new BitSet();
    private final BitSet told = new BitSet();
    private final BitSet seenSinceReset = new BitSet();
    private int highest = -1;
    private int highestBeforeReset = -1;
    private boolean isReset;
    private int doubled;
    private int disordered;
    private boolean ended;

    void received(int number) {
        if (seenSinceReset.get(number)) {
            doubled++;
        } else if (number < highest) {
            disordered++;
        } else {
            if (isReset && number > highestBeforeReset) {
                told.set(highestBeforeReset + 1, number);
            }
            isReset = false;
            highest = number;
        }
        seenSinceReset.set(number);
        seen.set(number);
    }

    void reset() {
        highestBeforeReset = Math.max(highest, highestBeforeReset);
        highest = -1;
        seenSinceReset.clear();
        isReset = true;
    }

    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    int received() {
        return seen.cardinality();
    }

    int doubled() {
        return doubled;
    }

    int disordered() {
        return disordered;
    }

    /** Returns how many of the published events neither came nor are among those that a reset told of. */
    int lost(BitSet published) {
        BitSet lost = (BitSet) published.clone();
        lost.andNot(seen);
        lost.andNot(told);
        return lost.cardinality();
    }
}
