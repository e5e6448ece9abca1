package dev.freshet.event;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** What touches Jackson 2, so that it is loaded only where {@link DefaultJson} asks for it. */
final class Jackson2 {
    private Jackson2() {}

    /** With the modules that are there, and times as text, as Jackson 3 writes them. */
    static JsonWriter writer() {
        return JsonMapper.builder()
                .addModules(MapperBuilder.findModules(Jackson2.class.getClassLoader()))
                .disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .build()::writeValueAsString;
    }
}
