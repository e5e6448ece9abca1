package dev.freshet.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A check of the null arguments of a public API. It passes null for each parameter that is not {@code @Nullable}, with
 * valid other arguments. Each call must throw a {@link NullPointerException} whose message is the name of the
 * parameter, with or without a prefix of names. For the only parameter of a method, and for one named {@code value},
 * the message may be the name of the method. Interfaces and abstract methods, which an application implements, are not
 * called.
 */
public final class NullArguments {
    private final Map<Class<?>, Supplier<?>> samples = new LinkedHashMap<>();
    private final Set<Class<?>> excluded = new HashSet<>();
    private final Set<String> packages;
    private final Path classes;
    private int calls;

    /**
     * Creates a check of the public classes of some packages.
     *
     * @param one a class of the folder or jar with the packages
     * @param packages their names
     */
    public NullArguments(Class<?> one, String... packages) {
        this.packages = Set.of(packages);
        try {
            this.classes = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Sets the supplier of objects of a type, for arguments and for calls of methods. It is called each time. */
    public <T> NullArguments with(Class<T> type, Supplier<? extends T> sample) {
        samples.put(type, sample);
        return this;
    }

    /** Excludes classes, such as those that only another module of the project calls. */
    public NullArguments without(Class<?>... types) {
        excluded.addAll(Set.of(types));
        return this;
    }

    /** Returns how many nulls were passed. */
    public int calls() {
        return calls;
    }

    /** Makes the calls. Returns a line for each that does not throw as required. */
    public List<String> unnamed() {
        if (Files.isDirectory(classes)) {
            return unnamed(classes);
        }
        try (FileSystem jar = FileSystems.newFileSystem(classes)) {
            return unnamed(jar.getPath("/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> unnamed(Path root) {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                String name =
                        root.relativize(file).toString().replace(".class", "").replace('/', '.');
                int dot = name.lastIndexOf('.');
                if (dot > 0 && packages.contains(name.substring(0, dot)) && !name.matches(".*(-info|\\$.*)")) {
                    check(name, found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private void check(String name, List<String> found) {
        try {
            check(Class.forName(name), found);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        } catch (NoClassDefFoundError e) {
            // It extends a class of a newer version of a library, and cannot be called with this one.
        }
    }

    private void check(Class<?> type, List<String> found) {
        if (!Modifier.isPublic(type.getModifiers())) {
            return;
        }
        for (Class<?> nested : type.getClasses()) {
            if (nested.getDeclaringClass() == type) {
                check(nested, found);
            }
        }
        if (excluded.contains(type)) {
            return;
        }
        for (Constructor<?> constructor : type.getConstructors()) {
            check(type, constructor, found);
        }
        for (Method method : methods(type)) {
            boolean isStatic = Modifier.isStatic(method.getModifiers());
            boolean ours =
                    isStatic ? !type.isEnum() : !type.isInterface() && !Modifier.isAbstract(method.getModifiers());
            if (ours && !method.getName().equals("equals")) {
                check(type, method, found);
            }
        }
    }

    /** Returns the public methods of a class, also those inherited from classes of its package that are not public. */
    private static List<Method> methods(Class<?> type) {
        List<Method> methods = new ArrayList<>();
        Class<?> each = type;
        do {
            for (Method method : each.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers()) && !method.isBridge()) {
                    methods.add(method);
                }
            }
            each = each.getSuperclass();
        } while (each != null && each.getPackage() == type.getPackage() && !Modifier.isPublic(each.getModifiers()));
        return methods;
    }

    private void check(Class<?> type, Executable code, List<String> found) {
        Parameter[] parameters = code.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            if (isNullable(parameters[i]) || parameters[i].getType().isPrimitive()) {
                continue;
            }
            calls++;
            String name = parameters[i].getName();
            String outcome = outcome(type, code, i);
            boolean byMethod = name.equals("value") || parameters.length == 1;
            boolean isNamed = outcome.matches("NullPointerException: (\\w+\\.)*" + name)
                    || byMethod && outcome.matches("NullPointerException: (\\w+\\.)*" + code.getName());
            if (!isNamed) {
                found.add(type.getName() + "." + code.getName() + "(" + name + "): " + outcome);
            }
        }
    }

    private static boolean isNullable(Parameter parameter) {
        return Arrays.stream(parameter.getAnnotatedType().getAnnotations())
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
    }

    private String outcome(Class<?> type, Executable code, int nulled) {
        Parameter[] parameters = code.getParameters();
        try {
            Object[] arguments = IntStream.range(0, parameters.length)
                    .mapToObj(at -> at == nulled ? null : sample(parameters[at]))
                    .toArray();
            code.setAccessible(true);
            if (code instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
            } else {
                ((Method) code).invoke(Modifier.isStatic(code.getModifiers()) ? null : sample(type), arguments);
            }
            return "none";
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getTargetException();
            return thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
        } catch (ReflectiveOperationException | IllegalArgumentException | IllegalStateException e) {
            return "not called: " + e;
        }
    }

    private @Nullable Object sample(Parameter parameter) {
        Class<?> type = parameter.getType();
        return isNullable(parameter) && !samples.containsKey(type) ? null : sample(type);
    }

    private Object sample(Class<?> type) {
        Supplier<?> sample = samples.get(type);
        if (sample != null) {
            return sample.get();
        } else if (type == boolean.class) {
            return false;
        } else if (type == int.class) {
            return 1;
        } else if (type == long.class) {
            return 1L;
        } else if (type.isEnum()) {
            return type.getEnumConstants()[0];
        } else if (type.isInterface()) {
            return Proxy.newProxyInstance(
                    NullArguments.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null);
        }
        throw new IllegalStateException("no sample of " + type.getName());
    }
}
