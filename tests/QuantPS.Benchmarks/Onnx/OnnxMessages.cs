using System.Runtime.InteropServices;
using QuantPS.Engine;

namespace QuantPS.Benchmarks.Onnx;

/// <summary>The messages of ONNX's schema (onnx/onnx.proto) that models here are made of.</summary>
internal static class OnnxMessages
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string RuntimeDomain = "com.microsoft";

    private const int IrVersion = 8, OpsetVersion = 17;
    private const int FloatType = 1, UInt8Type = 2, Int8Type = 3, Int32Type = 6, Int64Type = 7;
    private const int FloatAttribute = 1, IntAttribute = 2, IntsAttribute = 7;

    public static ProtobufMessage Model(ProtobufMessage graph) => new ProtobufMessage()
        .Integer(1, IrVersion)
        .Message(8, new ProtobufMessage().Text(1, "").Integer(2, OpsetVersion))
        .Message(8, new ProtobufMessage().Text(1, RuntimeDomain).Integer(2, 1))
        .Message(7, graph);

    public static ProtobufMessage Node(string name, string type, IEnumerable<string> inputs, IEnumerable<string> outputs, IEnumerable<(string Name, long[] Values)> attributes, string domain = "")
    {
        var node = new ProtobufMessage();
        foreach (string input in inputs) node.Text(1, input);
        foreach (string output in outputs) node.Text(2, output);
        node.Text(3, name).Text(4, type).Text(7, domain);
        foreach ((string attribute, long[] values) in attributes) node.Message(5, Attribute(attribute, values));
        return node;
    }

    public static ProtobufMessage Tensor<T>(string name, Shape shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        var tensor = new ProtobufMessage();
        foreach (int size in shape) tensor.Integer(1, size);
        return tensor.Integer(2, TypeOf<T>()).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values));
    }

    public static ProtobufMessage FloatValue(string name, Shape shape)
    {
        var dimensions = new ProtobufMessage();
        foreach (int size in shape) dimensions.Message(1, new ProtobufMessage().Integer(1, size));
        var type = new ProtobufMessage().Message(1, new ProtobufMessage().Integer(1, FloatType).Message(2, dimensions));
        return new ProtobufMessage().Text(1, name).Message(2, type);
    }

    /// <summary>A node's attribute that is a real number.</summary>
    public static ProtobufMessage Attribute(string name, float value) => new ProtobufMessage().Text(1, name).Real(2, value).Integer(20, FloatAttribute);

    // One value is an integer attribute, several are a list; no attribute here is a list of one.
    private static ProtobufMessage Attribute(string name, long[] values)
    {
        var attribute = new ProtobufMessage().Text(1, name);
        if (values is [long only]) return attribute.Integer(3, only).Integer(20, IntAttribute);
        foreach (long value in values) attribute.Integer(8, value);
        return attribute.Integer(20, IntsAttribute);
    }

    private static int TypeOf<T>() =>
        typeof(T) == typeof(float) ? FloatType
        : typeof(T) == typeof(byte) ? UInt8Type
        : typeof(T) == typeof(sbyte) ? Int8Type
        : typeof(T) == typeof(int) ? Int32Type
        : typeof(T) == typeof(long) ? Int64Type
        : throw new NotSupportedException(typeof(T).Name);
}
