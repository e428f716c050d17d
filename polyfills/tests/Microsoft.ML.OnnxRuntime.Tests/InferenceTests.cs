using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime.Tests;

public sealed class InferenceTests : IDisposable
{
    private readonly InferenceSession _session = new(LinearModel.Build());
    private readonly RunOptions _runOptions = new();

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    [Fact]
    public void The_native_library_is_the_promised_version_and_lies_where_the_real_package_puts_it()
    {
        Assert.StartsWith("1.29.", OrtEnv.Instance().GetVersionString(), StringComparison.Ordinal);
        Assert.Contains("CPUExecutionProvider", OrtEnv.Instance().GetAvailableProviders());
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native/libonnxruntime.so")));
    }

    [Fact]
    public void Training_is_no_part_of_this_package()
    {
        Assert.DoesNotContain(typeof(InferenceSession).Assembly.ExportedTypes, type => type.Name.Contains("Training", StringComparison.Ordinal));
    }

    [Fact]
    public void A_session_tells_names_types_and_the_dynamic_axis()
    {
        var (inputName, input) = Assert.Single(_session.InputMetadata);
        var (outputName, output) = Assert.Single(_session.OutputMetadata);

        Assert.Equal(("x", "y"), (inputName, outputName));
        Assert.Equal(typeof(float), input.ElementType);
        Assert.Equal([-1, LinearModel.Inputs], input.Dimensions);
        Assert.Equal("batch", input.SymbolicDimensions[0]);
        Assert.Equal([-1, LinearModel.Outputs], output.Dimensions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(33)]
    public void OrtValues_of_any_batch_size_run(int rows)
    {
        var batch = LinearModel.Batch(rows);
        using var x = OrtValue.CreateTensorValueFromMemory(batch, [rows, LinearModel.Inputs]);

        using var results = _session.Run(_runOptions, ["x"], [x], ["y"]);

        var y = Assert.Single(results);
        Assert.Equal([rows, LinearModel.Outputs], y.GetTensorTypeAndShape().Shape);
        Assert.Equal(LinearModel.Expect(batch), y.GetTensorDataAsSpan<float>());
    }

    [Fact]
    public void Named_values_and_dense_tensors_run()
    {
        var batch = LinearModel.Batch(4);

        using var results = _session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(batch, [4, LinearModel.Inputs]))]);

        Assert.Equal(LinearModel.Expect(batch), Assert.Single(results).AsTensor<float>().ToArray());
    }

    [Fact]
    public void A_binding_writes_into_the_buffer_it_was_given_time_and_again()
    {
        var batch = LinearModel.Batch(2);
        var answer = new float[2 * LinearModel.Outputs];
        using var x = OrtValue.CreateTensorValueFromMemory(batch, [2, LinearModel.Inputs]);
        using var y = OrtValue.CreateTensorValueFromMemory(answer, [2, LinearModel.Outputs]);
        using var binding = _session.CreateIoBinding();
        binding.BindInput("x", x);
        binding.BindOutput("y", y);

        _session.RunWithBinding(_runOptions, binding);
        Assert.Equal(LinearModel.Expect(batch), answer);

        batch.AsSpan().Fill(7);
        _session.RunWithBinding(_runOptions, binding);
        Assert.Equal(LinearModel.Expect(batch), answer);
    }

    [Fact]
    public void A_binding_lets_the_runtime_allocate_what_it_answers()
    {
        var batch = LinearModel.Batch(5);
        using var x = OrtValue.CreateTensorValueFromMemory(batch, [5, LinearModel.Inputs]);
        using var binding = _session.CreateIoBinding();
        binding.BindInput("x", x);
        binding.BindOutputToDevice("y", OrtMemoryInfo.DefaultInstance);

        using var results = _session.RunWithBoundResults(_runOptions, binding);

        Assert.Equal(LinearModel.Expect(batch), Assert.Single(results).GetTensorDataAsSpan<float>());
    }

    [Fact]
    public async Task Runs_asynchronously()
    {
        // RunAsync hands the work to the session's intra-op threads and needs at least one besides the caller's.
        using var options = new SessionOptions { IntraOpNumThreads = 2 };
        using var session = new InferenceSession(LinearModel.Build(), options);
        var batch = LinearModel.Batch(3);
        var answer = new float[3 * LinearModel.Outputs];
        using var x = OrtValue.CreateTensorValueFromMemory(batch, [3, LinearModel.Inputs]);
        using var y = OrtValue.CreateTensorValueFromMemory(answer, [3, LinearModel.Outputs]);

        await session.RunAsync(_runOptions, ["x"], [x], ["y"], [y]);

        // This is one of the session's own threads now; a session disposed on such a thread takes the process with it.
        await Task.Yield();

        Assert.Equal(LinearModel.Expect(batch), answer);
    }

    [Fact]
    public void One_session_serves_many_threads()
    {
        Parallel.For(1, 64, rows =>
        {
            var batch = LinearModel.Batch(rows);
            using var x = OrtValue.CreateTensorValueFromMemory(batch, [rows, LinearModel.Inputs]);
            using var runOptions = new RunOptions();
            using var results = _session.Run(runOptions, ["x"], [x], ["y"]);
            Assert.Equal(LinearModel.Expect(batch), results[0].GetTensorDataAsSpan<float>());
        });
    }

    [Fact]
    public void A_wrong_shape_is_refused_by_name()
    {
        using var x = OrtValue.CreateTensorValueFromMemory(new float[4], [1, 4]);

        var error = Assert.Throws<OnnxRuntimeException>(() => _session.Run(_runOptions, ["x"], [x], ["y"]));

        Assert.Contains("InvalidArgument", error.Message, StringComparison.Ordinal);
        Assert.Contains("invalid dimensions for input: x", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_element_type_and_an_unknown_input_are_refused()
    {
        using var integers = OrtValue.CreateTensorValueFromMemory(new long[3], [1, 3]);
        using var floats = OrtValue.CreateTensorValueFromMemory(new float[3], [1, 3]);

        Assert.Throws<OnnxRuntimeException>(() => _session.Run(_runOptions, ["x"], [integers], ["y"]));
        Assert.Throws<OnnxRuntimeException>(() => _session.Run(_runOptions, ["z"], [floats], ["y"]));
    }

    [Fact]
    public void A_torn_model_is_refused()
    {
        var model = LinearModel.Build();

        Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(model[..(model.Length / 2)]));
    }
}
