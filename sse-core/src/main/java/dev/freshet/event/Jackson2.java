package dev.freshet.event;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The only class that uses Jackson 2, so that Jackson 2 is loaded only when {@link DefaultJson} needs it. */
final class Jackson2 {
    private Jackson2() {}

    /**
     * Returns the writer of a mapper with the modules that are present, and with times as text, as Jackson 3 writes
     * them.
     */
    static JsonWriter writer() {
        return JsonMapper.builder()
                .addModules(MapperBuilder.findModules(Jackson2.class.getClassLoader()))
                .disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .build()::writeValueAsString;
    }
}
