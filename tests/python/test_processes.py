"""Every process of a run has a journal of its own, and the script's is the main one."""

import multiprocessing
import os
import sys

from support import Case, metrics


class ProcessTest(Case):
    def test_a_forked_child_has_its_own_journal(self):
        if not hasattr(os, "fork"):
            return
        result = self.tracked(
            """
            import os, trainyard
            trainyard.log(x=1.0)
            trainyard.log(x=2.0)
            child = os.fork()
            trainyard.log(x=3.0 if child else 10.0)
            if child == 0:
                os._exit(0)
            os.waitpid(child, 0)
            trainyard.log(x=4.0)
            """
        )
        self.assertDone(result)
        (main, main_records), (child, child_records) = self.journals()
        self.assertEqual([value["x"] for _, value in metrics(main_records)], [1.0, 2.0, 3.0, 4.0])
        self.assertEqual(metrics(child_records), [(0, {"x": 10.0})])
        self.assertEqual((main["role"], child["role"]), ("main", "child"))
        self.assertEqual(child["parent"], main["pid"])
        self.assertNotEqual(child["procStart"], None)
        self.assertEqual(child["pidNamespace"], main["pidNamespace"])
        if sys.platform.startswith("linux"):
            self.assertEqual(main["pidNamespace"], os.readlink("/proc/self/ns/pid"))

    def test_a_forked_child_that_ends_like_a_script_is_no_second_main(self):
        if not hasattr(os, "fork"):
            return
        result = self.tracked("import os\nif os.fork() == 0: raise SystemExit(3)\nos.wait()\n")
        self.assertDone(result)
        self.assertEqual([opened["role"] for opened, _ in self.journals()], ["main"])

    def test_a_fork_while_another_thread_logs_does_not_hang(self):
        if not hasattr(os, "fork"):
            return
        result = self.tracked(
            """
            import os, threading, trainyard
            go_on = True
            def work():
                while go_on: trainyard.log(thread=1.0)
            thread = threading.Thread(target=work)
            thread.start()
            for i in range(20):
                child = os.fork()
                if child == 0:
                    trainyard.log(child=float(i))
                    os._exit(0)
                assert os.waitpid(child, 0)[1] == 0
            go_on = False
            thread.join()
            """
        )
        self.assertDone(result)
        children = [metrics(records) for opened, records in self.journals() if opened["role"] == "child"]
        self.assertEqual(sorted(points[0][1]["child"] for points in children), [float(i) for i in range(20)])

    def test_multiprocessing_by_every_start_method(self):
        for method in multiprocessing.get_all_start_methods():
            with self.subTest(method):
                self.setUp()
                result = self.tracked(
                    """
                    import multiprocessing, sys, trainyard
                    def work(n):
                        trainyard.log(x=float(n))
                        return n
                    if __name__ == "__main__":
                        multiprocessing.set_start_method(sys.argv[1])
                        trainyard.log(x=-1.0)
                        with multiprocessing.Pool(2) as pool:
                            print(sum(pool.map(work, range(10), chunksize=1)))
                            pool.close()
                            pool.join()
                    """,
                    method,
                )
                self.assertDone(result)
                self.assertEqual(result.stdout.strip(), b"45")
                journals = self.journals()
                self.assertEqual([opened["role"] for opened, _ in journals].count("main"), 1)
                values = [value["x"] for _, records in journals[1:] for _, value in metrics(records)]
                self.assertEqual(sorted(values), [float(i) for i in range(10)])

    def test_functions_of_the_client_can_be_pickled(self):
        result = self.tracked(
            "import pickle, trainyard\nassert pickle.loads(pickle.dumps(trainyard.log)) is trainyard.log\n"
        )
        self.assertDone(result)

    def test_a_python_that_a_script_starts_is_a_child(self):
        result = self.tracked(
            """
            import subprocess, sys
            subprocess.run([sys.executable, "-c", "pass"], check=True)
            code = "import argparse, trainyard; argparse.ArgumentParser().parse_args(); trainyard.params(a=1)"
            subprocess.run([sys.executable, "-c", code], check=True)
            subprocess.run([sys.executable, "-c", "1/0"], stderr=subprocess.DEVNULL)
            """
        )
        self.assertDone(result)
        (main, main_records), (child, records) = self.journals()
        self.assertEqual(child["parent"], main["pid"])
        self.assertEqual([record["kind"] for record in records], ["params", "end"])
        self.assertEqual([record["kind"] for record in main_records], ["environment", "end"])

    def test_a_script_that_replaces_itself_is_still_the_main_one(self):
        if sys.platform == "win32":
            return
        result = self.tracked(
            """
            import os, sys, trainyard
            if len(sys.argv) == 1:
                trainyard.log(x=1.0)
                os.execv(sys.executable, [sys.executable, "script.py", "again"])
            trainyard.log(x=2.0)
            """
        )
        self.assertDone(result)
        self.assertEqual([opened["role"] for opened, _ in self.journals()], ["main", "main"])

    def test_the_rank_is_what_the_launcher_says(self):
        for variables, expected in (
            ({"RANK": "3", "LOCAL_RANK": "1"}, ("child", 3)),
            ({"LOCAL_RANK": "1"}, ("child", 1)),
            ({"OMPI_COMM_WORLD_RANK": "2"}, ("child", 2)),
            ({"RANK": "0"}, ("main", 0)),
            ({"RANK": "x"}, ("main", None)),
            ({"RANK": "3", "TRAINYARD_RANK": "3"}, ("main", None)),
        ):
            with self.subTest(variables):
                self.setUp()
                text = "import trainyard\ntrainyard.log(x=1.0)\n"
                self.assertDone(self.tracked(text, env=self.environment(**variables)))
                opened = self.journals()[0][0]
                self.assertEqual((opened["role"], opened["rank"]), expected)

    def test_an_exit_without_handlers_leaves_what_was_logged(self):
        result = self.tracked("import os, trainyard\ntrainyard.log(x=1.0)\nos._exit(7)\n")
        self.assertDone(result, 7)
        self.assertEqual(metrics(self.records()), [(0, {"x": 1.0})])
        self.assertEqual(self.records("end"), [])

    def test_a_daemon_thread_may_log_until_the_very_end(self):
        result = self.tracked(
            """
            import threading, trainyard
            started = threading.Event()
            def work():
                while True:
                    trainyard.log(x=1.0)
                    started.set()
            threading.Thread(target=work, daemon=True).start()
            started.wait()
            """
        )
        self.assertDone(result)
        self.assertEqual(result.stderr, b"")
        self.assertEqual(len(self.records("end")), 1)

    def test_an_exit_in_a_thread_ends_the_thread_alone(self):
        result = self.tracked(
            "import sys, threading\nt = threading.Thread(target=sys.exit, args=(3,))\nt.start()\nt.join()\n"
        )
        self.assertDone(result)
        self.assertEqual([record["kind"] for record in self.records()], ["environment", "end"])

    def test_a_script_that_closes_all_descriptors_harms_nobody(self):
        if sys.platform == "win32":
            return
        result = self.tracked(
            """
            import os, trainyard
            trainyard.log(x=1.0)
            os.closerange(3, 1024)
            own = os.open("own.txt", os.O_CREAT | os.O_WRONLY)
            trainyard.log(x=2.0)
            trainyard.tag(a="b")
            """
        )
        self.assertDone(result)
        self.assertEqual(os.path.getsize(os.path.join(self.work, "own.txt")), 0)
        self.assertEqual([value["x"] for _, value in metrics(self.records())], [1.0, 2.0])
        self.assertEqual(len(self.records("tag")), 1)
