package dev.freshet.event;

import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;

/** The only class that uses Jackson 3, so that Jackson 3 is loaded only when {@link DefaultJson} needs it. */
final class Jackson3 {
    private Jackson3() {}

    /** Returns the writer of a mapper with the modules that are present. */
    static JsonWriter writer() {
        return JsonMapper.builder()
                .addModules(MapperBuilder.findModules(Jackson3.class.getClassLoader()))
                .build()::writeValueAsString;
    }
}
