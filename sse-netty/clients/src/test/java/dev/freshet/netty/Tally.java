package dev.freshet.netty;

import dev.freshet.event.EventId;
import dev.freshet.netty.Told.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a client was told of a stream, against what was published to it.
 *
 * @param events those published that came
 * @param opens of type {@code stream-open}
 * @param resets of type {@code stream-reset}
 * @param lost the indices of those that never came
 * @param doubled those that came again
 * @param disordered those that came after a later one
 * @param alien neither published, with its own id, nor an opening
 */
record Tally(int events, int opens, int resets, Set<Integer> lost, int doubled, int disordered, List<Event> alien) {

    /** An event as it was published; the id is null where it has none. */
    record Published(EventId id, String data) {}

    static Tally of(List<Published> published, List<Event> told) {
        Map<String, Integer> places = new HashMap<>();
        Set<Integer> lost = new TreeSet<>();
        for (int i = 0; i < published.size(); i++) {
            places.put(published.get(i).data(), i);
            lost.add(i);
        }
        int events = 0;
        int opens = 0;
        int resets = 0;
        int doubled = 0;
        int disordered = 0;
        int last = -1;
        List<Event> alien = new ArrayList<>();
        for (Event event : told) {
            Integer place = event.type().equals(Told.TICK) ? places.get(event.data()) : null;
            if (place != null && isIdOf(published.get(place), event)) {
                events++;
                if (!lost.remove(place)) {
                    doubled++;
                } else if (place < last) {
                    disordered++;
                }
                last = Math.max(last, place);
            } else if (event.type().equals(Told.OPEN)) {
                opens++;
            } else if (event.type().equals(Told.RESET)) {
                resets++;
            } else {
                alien.add(event);
            }
        }
        return new Tally(events, opens, resets, lost, doubled, disordered, alien);
    }

    private static boolean isIdOf(Published published, Event event) {
        return event.id().isEmpty() || event.id().equals(String.valueOf(published.id()));
    }
}
