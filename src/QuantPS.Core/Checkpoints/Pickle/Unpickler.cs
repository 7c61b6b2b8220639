using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace QuantPS.Checkpoints;

/// <summary>
/// Reads one pickle. It is a machine of its own with a stack and a memo: Python's opcodes make .NET values, the names that a pickle
/// may mention are those of <see cref="TorchNames.Allowed"/>, and nothing else is looked up or run.
/// </summary>
/// <param name="source">The pickle; what follows it is left unread.</param>
/// <param name="storages">The storages that persistent identifiers name.</param>
/// <param name="budget">What the file may cost.</param>
internal sealed class Unpickler(ByteWindow source, Storages storages, CheckpointBudget budget)
{
    private const int HighestProtocol = 5;
    private const int LongestName = 256;
    private const int LongestInteger = 1024;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly PythonTuple EmptyTuple = [];

    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = new(PythonKeyComparer.Instance);
    private readonly PickleCalls _calls = new(new TensorBuilder(storages, budget, source.Part), budget, source.Part);

    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    /// <summary>Reads up to the opcode that ends the pickle.</summary>
    /// <returns>The object, not yet checked for cycles and depth: see <see cref="PythonTree"/>.</returns>
    public object? Load()
    {
        while (true)
        {
            var opcode = (Opcode)source.ReadByte();
            if (opcode == Opcode.Stop) return Pop();
            Execute(opcode);
        }
    }

    private void Execute(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.Proto: CheckProtocol(source.ReadByte()); break;
            case Opcode.Frame: CheckFrame(source.ReadInt64()); break;
            case Opcode.Mark: _marks.Push(_stack.Count); budget.ChargeValues(1); break;
            case Opcode.Pop: if (_marks.Count > 0 && _stack.Count == Floor) _marks.Pop(); else Pop(); break;
            case Opcode.PopMark: PopToMark(); break;
            case Opcode.Dup: Push(Peek()); break;

            case Opcode.None: Push(null); break;
            case Opcode.NewTrue: Push(true); break;
            case Opcode.NewFalse: Push(false); break;
            case Opcode.BinInt: Push((long)(int)source.ReadUInt32()); break;
            case Opcode.BinInt1: Push((long)source.ReadByte()); break;
            case Opcode.BinInt2: Push((long)source.ReadUInt16()); break;
            case Opcode.Int: Push(ParseInt(ReadLine())); break;
            case Opcode.Long: Push(ParseInteger(ReadLine().TrimEnd('L'))); break;
            case Opcode.Long1: Push(ReadInteger(source.ReadByte())); break;
            case Opcode.Long4: Push(ReadInteger(source.ReadUInt32())); break;
            case Opcode.BinFloat: Push(ReadFloat()); break;

            case Opcode.ShortBinUnicode or Opcode.ShortBinString: Push(ReadString(source.ReadByte())); break;
            case Opcode.BinUnicode or Opcode.BinString: Push(ReadString(source.ReadUInt32())); break;
            case Opcode.BinUnicode8: Push(ReadString(source.ReadInt64())); break;
            case Opcode.ShortBinBytes: Push(source.ReadBytes(source.ReadByte())); break;
            case Opcode.BinBytes: Push(source.ReadBytes(source.ReadUInt32())); break;
            case Opcode.BinBytes8 or Opcode.ByteArray8: Push(source.ReadBytes(source.ReadInt64())); break;

            case Opcode.EmptyTuple: Push(EmptyTuple); break;
            case Opcode.Tuple: Push(new PythonTuple(PopToMark())); break;
            case Opcode.Tuple1: Push(new PythonTuple(PopMany(1))); break;
            case Opcode.Tuple2: Push(new PythonTuple(PopMany(2))); break;
            case Opcode.Tuple3: Push(new PythonTuple(PopMany(3))); break;
            case Opcode.EmptyList: Push(new List<object?>()); break;
            case Opcode.List: Push(new List<object?>(PopToMark())); break;
            case Opcode.Append: Append(PopMany(1)); break;
            case Opcode.Appends: Append(PopToMark()); break;
            case Opcode.EmptyDict: Push(new PythonDict()); break;
            case Opcode.Dict: object?[] items = PopToMark(); Push(new PythonDict()); SetItems(items); break;
            case Opcode.SetItem: SetItems(PopMany(2)); break;
            case Opcode.SetItems: SetItems(PopToMark()); break;

            case Opcode.BinPut: Memoize(source.ReadByte()); break;
            case Opcode.LongBinPut: Memoize(source.ReadUInt32()); break;
            case Opcode.Memoize: Memoize(_memo.Count); break;
            case Opcode.BinGet: Push(Recall(source.ReadByte())); break;
            case Opcode.LongBinGet: Push(Recall(source.ReadUInt32())); break;

            case Opcode.Global: Push(Find(ReadLine(), ReadLine())); break;
            case Opcode.StackGlobal: PushStackGlobal(); break;
            case Opcode.BinPersId: Push(storages.Resolve(Pop())); break;
            case Opcode.Reduce: Reduce(); break;
            case Opcode.Build: Build(); break;
            default: throw Fault($"the opcode 0x{(byte)opcode:X2} has no place in a file of torch.save.");
        }
    }

    private void Push(object? value)
    {
        budget.ChargeValues(1);
        _stack.Add(value);
    }

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Fault("it takes a value from an empty stack.");

    private object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] PopMany(int count)
    {
        if (_stack.Count - Floor < count) throw Fault("it takes values from an empty stack.");
        return PopFrom(_stack.Count - count);
    }

    private object?[] PopToMark() =>
        _marks.TryPop(out int mark) ? PopFrom(mark) : throw Fault("it looks for a mark that was never set.");

    private object?[] PopFrom(int start)
    {
        object?[] items = CollectionsMarshal.AsSpan(_stack)[start..].ToArray();
        _stack.RemoveRange(start, items.Length);
        return items;
    }

    private void Append(object?[] items)
    {
        if (Peek() is not List<object?> list) throw Fault("it appends to something that is not a list.");
        list.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (Peek() is not PythonDict dict || items.Length % 2 != 0) throw Fault("it sets items of something that is not a dict.");
        for (int i = 0; i < items.Length; i += 2)
        {
            if (!PythonKeyComparer.IsKey(items[i])) throw Fault($"{Describe(items[i])} is the key of a dict.");
            dict.Set(items[i]!, items[i + 1]);
        }
    }

    private void Memoize(long index)
    {
        budget.ChargeValues(1);
        _memo[index] = Peek();
    }

    private object? Recall(long index) =>
        _memo.TryGetValue(index, out object? value) ? value : throw Fault($"it recalls the value {index}, which it never kept.");

    private object Find(string module, string name) =>
        TorchNames.Allowed.TryGetValue($"{module} {name}", out object? found)
            ? found
            : throw source.Part.Unsafe(
                $"it names '{module}.{name}', which is not among the names that tensors and state dicts need; nothing was run. " +
                "In PyTorch, save the state dict of the model (model.state_dict()) instead of the object that holds this.");

    private void PushStackGlobal()
    {
        object?[] names = PopMany(2);
        if (names is not [string { Length: <= LongestName } module, string { Length: <= LongestName } name])
            throw Fault("a global is not named by strings.");
        Push(Find(module, name));
    }

    private void Reduce()
    {
        if (PopMany(2) is not [PickleFunction function, PythonTuple arguments])
            throw Fault("it calls something that is not a function.");
        Push(function.Call(_calls, arguments));
    }

    private void Build()
    {
        object? state = Pop();
        object? target = Peek();
        if (target is PythonDict dict && state is PythonDict attributes) dict.Attributes = attributes;
        // What a tensor's state holds (its Python attributes) is not part of its value.
        else if (!_calls.Tensors.IsTensor(target)) throw Fault($"it sets the state of {Describe(target)}.");
    }

    private void CheckProtocol(byte protocol)
    {
        if (protocol > HighestProtocol)
            throw source.Part.Unsupported($"it is a pickle of protocol {protocol}; {HighestProtocol} is the highest known.");
    }

    private void CheckFrame(long length)
    {
        if (length < 0 || length > source.Remaining)
            throw source.Part.Truncated($"a frame claims {length:N0} bytes, and {source.Remaining:N0} follow.");
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (byte next; (next = source.ReadByte()) != '\n';)
        {
            if (line.Length == LongestName) throw Fault($"a line has more than {LongestName} characters.");
            line.Append((char)next);
        }
        return line.ToString();
    }

    private string ReadString(long length)
    {
        try
        {
            return Utf8.GetString(source.ReadBytes(length));
        }
        catch (DecoderFallbackException)
        {
            throw Fault("a string is not UTF-8.");
        }
    }

    private double ReadFloat() => BitConverter.Int64BitsToDouble(BinaryPrimitives.ReverseEndianness(source.ReadInt64()));

    private object ParseInt(string text) => text switch { "00" => false, "01" => true, _ => ParseInteger(text) };

    private object ParseInteger(string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value)
            ? Narrow(value)
            : throw Fault("a line is not an integer.");

    private object ReadInteger(long length) =>
        length <= LongestInteger
            ? Narrow(new BigInteger(source.ReadBytes(length)))
            : throw Fault($"an integer has {length:N0} bytes; {LongestInteger} is the most.");

    private static object Narrow(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;

    private static string Describe(object? value) => value switch
    {
        null => "None",
        PickleGlobal global => $"'{global.Name}'",
        PythonDict => "a dict",
        List<object?> => "a list",
        _ => $"a {value.GetType().Name}",
    };

    private QuantPSException Fault(string problem) => source.Part.Unreadable($"the pickle is broken at byte {source.Position:N0}: {problem}");
}
